#include "server/engine/engine.h"

#include <string>
#include <utility>

namespace emotion {
namespace {

Status NotReady() {
  return Status(StatusCode::kUnavailable, "the server is starting")
      .WithReason("not_ready");
}

Status Draining() {
  return Status(StatusCode::kUnavailable, "the server is closing")
      .WithReason("draining");
}

std::unique_ptr<ShadowCopy> CopyFor(const LoadedModelPtr& shadow,
                                    const Dialogue& dialogue) {
  if (!shadow) return nullptr;
  auto copy = std::make_unique<ShadowCopy>();
  copy->model = shadow;
  copy->turns.assign(dialogue.turns().begin(), dialogue.turns().end());
  return copy;
}

}  // namespace

Result<std::unique_ptr<Engine>> Engine::Create(
    const BatchOptions& options, Clock& clock,
    RequestObserver& request_observer, BatchObserver& batch_observer) {
  auto queue = BatchQueue<Request>::Create(options, clock);
  if (!queue.ok()) return std::move(queue).status();
  auto shadows = ShadowRunner::Start(clock);
  if (!shadows.ok()) return std::move(shadows).status();
  std::unique_ptr<Engine> engine(new Engine(
      clock, request_observer, *std::move(shadows), *std::move(queue)));
  auto workers = BatchWorkers<Request>::Start(
      *engine->queue_, clock, batch_observer,
      [self = engine.get()](std::size_t, Batch<Request>&& batch) {
        self->runner_.Run(std::move(batch));
      });
  if (!workers.ok()) return std::move(workers).status();
  engine->workers_ = *std::move(workers);
  return engine;
}

Engine::Engine(Clock& clock, RequestObserver& observer,
               std::unique_ptr<ShadowRunner> shadows,
               std::unique_ptr<BatchQueue<Request>> queue)
    : clock_(clock),
      observer_(observer),
      outcome_(observer),
      shadows_(std::move(shadows)),
      runner_(clock, observer, *shadows_),
      queue_(std::move(queue)) {}

Engine::~Engine() { Close(); }

void Engine::Open() { state_.store(State::kOpen); }

void Engine::Drain() { state_.store(State::kDraining); }

// The workers end before the shadows do, since they hand over to them.
void Engine::Close() {
  Drain();
  queue_->Close();
  if (workers_) workers_->Join();
  shadows_->Close();
}

std::optional<Ticket> Engine::Classify(const ModelRoute& route,
                                       const Dialogue& dialogue,
                                       CallContext context,
                                       Completion<Answer> completion) {
  std::optional<Request> request =
      Admit(route, dialogue, std::move(context), std::move(completion));
  if (!request) return std::nullopt;
  // Moves from the request only if it takes it.
  Result<Ticket> ticket = queue_->Push(std::move(*request));
  if (ticket.ok()) return *ticket;
  // NOLINTNEXTLINE(bugprone-use-after-move)
  outcome_.Rejected(*request, std::move(ticket).status());
  return std::nullopt;
}

std::vector<std::optional<Ticket>> Engine::ClassifyMany(
    const ModelRoute& route, std::span<const Dialogue> dialogues,
    const CallContext& context, std::vector<Completion<Answer>> completions) {
  std::vector<std::optional<Ticket>> tickets(dialogues.size());
  std::vector<Request> requests;
  std::vector<std::size_t> places;
  requests.reserve(dialogues.size());
  places.reserve(dialogues.size());
  for (std::size_t i = 0; i < dialogues.size(); ++i) {
    if (auto request =
            Admit(route, dialogues[i], context, std::move(completions[i]))) {
      requests.push_back(*std::move(request));
      places.push_back(i);
    }
  }
  const Admitted admitted = queue_->PushAll(requests);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (i < admitted.tickets.size()) {
      tickets[places[i]] = admitted.tickets[i];
    } else {
      outcome_.Rejected(requests[i], admitted.status);
    }
  }
  return tickets;
}

void Engine::Cancel(Ticket ticket) {
  std::optional<QueuedItem<Request>> taken = queue_->Cancel(ticket);
  if (!taken) return;
  const Clock::TimePoint now = clock_.Now();
  // A caller whose deadline passes goes away too.
  const bool expired = taken->item.deadline() <= now;
  observer_.OnLeftQueue(
      expired ? QueueOutcome::kExpired : QueueOutcome::kCancelled,
      taken->item.priority(), now - taken->enqueued_at);
  if (expired) {
    outcome_.Expired(taken->item, RequestStage::kQueue);
  } else {
    outcome_.Cancelled(taken->item, RequestStage::kQueue);
  }
}

// Cheap refusals first. What is refused here has cost no tokenizing; what
// cannot be read has cost no place in the queue. The dialogue is copied for a
// shadow only once it is sure to be answered or queued, and only then, since
// its text belongs to the caller.
std::optional<Request> Engine::Admit(const ModelRoute& route,
                                     const Dialogue& dialogue,
                                     CallContext context,
                                     Completion<Answer> completion) {
  Request request{.model = route.model,
                  .context = std::move(context),
                  .completion = std::move(completion)};
  const State state = state_.load();
  if (state != State::kOpen) {
    outcome_.Rejected(request,
                      state == State::kStarting ? NotReady() : Draining());
    return std::nullopt;
  }
  const Clock::TimePoint begin = clock_.Now();
  if (request.deadline() <= begin) {
    outcome_.Expired(request, RequestStage::kAdmission);
    return std::nullopt;
  }
  Result<Encoding> encoding = request.model->encoder->Encode(dialogue);
  request.tokenize = clock_.Now() - begin;
  if (!encoding.ok()) {
    outcome_.Invalid(request, std::move(encoding).status());
    return std::nullopt;
  }
  request.encoding = *std::move(encoding);
  request.shadow = CopyFor(route.shadow, dialogue);
  observer_.OnEncoded(request.encoding, request.tokenize);
  return request;
}

}  // namespace emotion
