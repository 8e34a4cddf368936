#include "server/engine/engine.h"

#include <string>
#include <utility>

namespace emotion {
namespace {

Status Expired(std::string_view where) {
  return Status(StatusCode::kDeadlineExceeded,
                "the deadline passed " + std::string(where))
      .WithReason("expired");
}

Status Cancelled() {
  return Status(StatusCode::kCancelled, "the caller went away");
}

}  // namespace

Result<std::unique_ptr<Engine>> Engine::Create(
    const BatchOptions& options, const DialogueEncoder& encoder,
    Classifier& classifier, Clock& clock, RequestObserver& request_observer,
    BatchObserver& batch_observer) {
  if (options.workers > 1 && !classifier.allows_concurrent_calls()) {
    return Status(StatusCode::kInvalidArgument,
                  "is " + std::to_string(options.workers) +
                      "; expected 1, since this model allows no concurrent "
                      "calls")
        .WithField("workers");
  }
  auto queue = BatchQueue<Request>::Create(options, clock);
  if (!queue.ok()) return std::move(queue).status();
  std::unique_ptr<Engine> engine(new Engine(
      encoder, classifier, clock, request_observer, *std::move(queue)));
  auto workers = BatchWorkers<Request>::Start(
      *engine->queue_, clock, batch_observer,
      [self = engine.get()](std::size_t, Batch<Request>&& batch) {
        self->RunBatch(std::move(batch));
      });
  if (!workers.ok()) return std::move(workers).status();
  engine->workers_ = *std::move(workers);
  return engine;
}

Engine::Engine(const DialogueEncoder& encoder, Classifier& classifier,
               Clock& clock, RequestObserver& observer,
               std::unique_ptr<BatchQueue<Request>> queue)
    : encoder_(encoder),
      classifier_(classifier),
      clock_(clock),
      observer_(observer),
      queue_(std::move(queue)) {}

Engine::~Engine() { Close(); }

void Engine::Open() { state_.store(State::kOpen); }

void Engine::Drain() { state_.store(State::kDraining); }

void Engine::Close() {
  Drain();
  queue_->Close();
  if (workers_) workers_->Join();
}

std::optional<Ticket> Engine::Classify(const Dialogue& dialogue,
                                       CallContext context,
                                       Completion<Answer> completion) {
  std::optional<Request> request =
      Admit(dialogue, std::move(context), std::move(completion));
  if (!request) return std::nullopt;
  // Moves from the request only if it takes it.
  Result<Ticket> ticket = queue_->Push(std::move(*request));
  if (ticket.ok()) return *ticket;
  observer_.OnRejected(ticket.status().reason());
  // NOLINTNEXTLINE(bugprone-use-after-move)
  Finish(*request, std::move(ticket).status());
  return std::nullopt;
}

std::vector<std::optional<Ticket>> Engine::ClassifyMany(
    std::span<const Dialogue> dialogues, const CallContext& context,
    std::vector<Completion<Answer>> completions) {
  std::vector<std::optional<Ticket>> tickets(dialogues.size());
  std::vector<Request> requests;
  std::vector<std::size_t> places;
  requests.reserve(dialogues.size());
  places.reserve(dialogues.size());
  for (std::size_t i = 0; i < dialogues.size(); ++i) {
    if (auto request =
            Admit(dialogues[i], context, std::move(completions[i]))) {
      requests.push_back(*std::move(request));
      places.push_back(i);
    }
  }
  const Admitted admitted = queue_->PushAll(requests);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (i < admitted.tickets.size()) {
      tickets[places[i]] = admitted.tickets[i];
    } else {
      observer_.OnRejected(admitted.status.reason());
      Finish(requests[i], admitted.status);
    }
  }
  return tickets;
}

void Engine::Cancel(Ticket ticket) {
  std::optional<QueuedItem<Request>> taken = queue_->Cancel(ticket);
  if (!taken) return;
  const Clock::TimePoint now = clock_.Now();
  const auto wait = now - taken->enqueued_at;
  const Priority priority = taken->item.priority();
  // A caller whose deadline passes goes away too.
  if (taken->item.deadline() <= now) {
    observer_.OnLeftQueue(QueueOutcome::kExpired, priority, wait);
    observer_.OnExpired(RequestStage::kQueue);
    Finish(taken->item, Expired("in the queue"));
  } else {
    observer_.OnLeftQueue(QueueOutcome::kCancelled, priority, wait);
    observer_.OnCancelled(RequestStage::kQueue);
    Finish(taken->item, Status(StatusCode::kCancelled, "the caller went away"));
  }
}

std::optional<Request> Engine::Admit(const Dialogue& dialogue,
                                     CallContext context,
                                     Completion<Answer> completion) {
  Request request;
  request.context = std::move(context);
  request.completion = std::move(completion);
  const State state = state_.load();
  if (state != State::kOpen) {
    const bool starting = state == State::kStarting;
    const std::string_view reason = starting ? "not_ready" : "draining";
    observer_.OnRejected(reason);
    Finish(request,
           Status(StatusCode::kUnavailable,
                  starting ? "the server is starting" : "the server is closing")
               .WithReason(reason));
    return std::nullopt;
  }
  const Clock::TimePoint begin = clock_.Now();
  if (request.deadline() <= begin) {
    observer_.OnExpired(RequestStage::kAdmission);
    Finish(request, Expired("before the server saw the request"));
    return std::nullopt;
  }
  Result<Encoding> encoding = encoder_.Encode(dialogue);
  request.tokenize = clock_.Now() - begin;
  if (!encoding.ok()) {
    observer_.OnInvalidInput(encoding.status().reason());
    Finish(request, std::move(encoding).status());
    return std::nullopt;
  }
  request.encoding = *std::move(encoding);
  observer_.OnEncoded(request.encoding, request.tokenize);
  return request;
}

void Engine::RunBatch(Batch<Request> batch) {
  for (QueuedItem<Request>& expired : batch.expired) {
    observer_.OnLeftQueue(QueueOutcome::kExpired, expired.item.priority(),
                          batch.formed_at - expired.enqueued_at);
    observer_.OnExpired(RequestStage::kQueue);
    Finish(expired.item, Expired("in the queue"));
  }
  if (batch.items.empty()) return;
  for (const QueuedItem<Request>& queued : batch.items) {
    observer_.OnLeftQueue(QueueOutcome::kExecuted, queued.item.priority(),
                          batch.formed_at - queued.enqueued_at);
  }
  Run(batch.items, batch.formed_at);
}

void Engine::Run(std::span<QueuedItem<Request>> items,
                 Clock::TimePoint formed_at) {
  TokenBatch tokens;
  std::size_t total = 0;
  for (const QueuedItem<Request>& queued : items) total += queued.item.size();
  tokens.Reserve(items.size(), total);
  for (const QueuedItem<Request>& queued : items) {
    tokens.Add(queued.item.encoding);
  }

  const Clock::TimePoint begin = clock_.Now();
  Result<std::vector<Prediction>> predictions = classifier_.Predict(tokens);
  const Clock::TimePoint end = clock_.Now();
  observer_.OnInference(items.size(), total, end - begin, predictions.ok());

  if (!predictions.ok() && items.size() > 1) {
    // One dialogue may have spoilt it for all: give each its own try.
    for (std::size_t i = 0; i < items.size(); ++i) {
      Run(items.subspan(i, 1), formed_at);
    }
    return;
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    Request& request = items[i].item;
    if (!predictions.ok()) {
      Finish(request, predictions.status());
    } else if (request.deadline() <= end) {
      observer_.OnExpired(RequestStage::kExecute);
      Finish(request, Expired("while the model ran"));
    } else if (request.context.caller_gone && request.context.caller_gone()) {
      observer_.OnCancelled(RequestStage::kExecute);
      Finish(request, Cancelled());
    } else {
      Answer answer;
      answer.prediction = std::move((*predictions)[i]);
      answer.truncated_turns = request.encoding.truncated_turns;
      answer.tokens = request.size();
      answer.timings = {request.tokenize, formed_at - items[i].enqueued_at,
                        end - begin, items.size(), total};
      observer_.OnPrediction(answer.prediction);
      Finish(request, std::move(answer));
    }
  }
}

void Engine::Finish(Request& request, Result<Answer> result) {
  observer_.OnAnswered(result.ok() ? StatusCode::kOk : result.status().code());
  request.completion(std::move(result));
}

}  // namespace emotion
