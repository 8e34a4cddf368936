#include "client/emotion_client.h"

#include <mutex>
#include <random>
#include <utility>

#include "client/callback_scope.h"
#include "client/messages.h"
#include "client/option_checks.h"
#include "client/retrying_call.h"
#include "client/running_calls.h"
#include "client/server_pool.h"
#include "common/grpc/callback_queue.h"

namespace emotion::client {
namespace {

// The asynchronous half of the generated stub.
using Stub = v1::EmotionService::StubInterface::async_interface;

// `done`, such that blocking calls know that it runs.
template <typename T>
Client::Callback<T> Marked(Client::Callback<T> done) {
  return [done = std::move(done)](Result<T> result) {
    const CallbackScope scope;
    done(std::move(result));
  };
}

// The future of what `start` hands to the callback it is given.
template <typename T, typename Start>
std::future<Result<T>> AsFuture(Start start) {
  auto promise = std::make_shared<std::promise<Result<T>>>();
  auto answer = promise->get_future();
  start([promise](Result<T> result) { promise->set_value(std::move(result)); });
  return answer;
}

Status WouldDeadlock() {
  return {StatusCode::kFailedPrecondition,
          "a blocking call inside a callback would wait for its own thread: "
          "use the form with a callback"};
}

}  // namespace

class Client::Impl {
 public:
  Impl(const ClientOptions& options, Clock& clock)
      : options_(options),
        clock_(clock),
        servers_(options),
        budget_(options.retry_budget),
        random_(options.jitter_seed) {}

  ~Impl() { calls_.CancelAllAndWait(); }

  // Sends `request` through `method` and fires `done` with what `read` makes
  // of the response.
  template <typename Request, typename Response, typename Read, typename Answer>
  void Send(void (Stub::*method)(grpc::ClientContext*, const Request*,
                                 Response*, std::function<void(grpc::Status)>),
            Request request, const CallOptions& call, Read read,
            Callback<Answer> done) {
    if (Status status = CheckCallOptions(call); !status.ok()) {
      done(std::move(status));
      return;
    }
    struct Exchange {
      Request request;
      ServerPool::Tried tried;
    };
    auto exchange = std::make_shared<Exchange>();
    exchange->request = std::move(request);
    auto send = [this, method, exchange](grpc::ClientContext* context,
                                         auto finished) {
      const ServerPool::Server& server = servers_.Pick(exchange->tried);
      auto answer = std::make_shared<Response>();
      (server.stub->async()->*method)(
          context, &exchange->request, answer.get(),
          [this, &server, finished = std::move(finished), exchange,
           answer](const grpc::Status& status) {
            finished(
                {status,
                 answer,
                 {server.address, options_.tls ? &*options_.tls : nullptr}});
          });
    };
    auto finish =
        [read, done = std::move(done)](Result<RetryingCall::Answer> answer) {
          if (!answer.ok()) return done(std::move(answer).status());
          done(read(static_cast<const Response&>(**answer)));
        };
    RetryingCall::Start(
        {.send = std::move(send),
         .done = std::move(finish),
         .request_id = call.request_id,
         .key = call.key,
         .token = options_.token,
         .deadline = clock_.Now() + call.deadline.value_or(options_.deadline),
         .schedule = {options_.retry, options_.hedge, budget_},
         .jitter = [this] { return Jitter(); }},
        calls_, clock_);
  }

 private:
  double Jitter() {
    std::lock_guard lock(random_mutex_);
    return std::uniform_real_distribution<double>()(random_);
  }

  const ClientOptions options_;
  Clock& clock_;
  ServerPool servers_;
  RetryBudget budget_;
  std::mutex random_mutex_;
  std::mt19937_64 random_;  // Guarded by random_mutex_.
  // Last: its calls use all of the above.
  RunningCalls calls_;
};

Result<std::unique_ptr<Client>> Client::Create(const ClientOptions& options,
                                               Clock& clock) {
  if (Status status = CheckClientOptions(options); !status.ok()) return status;
  HoldCallbackQueue();
  return std::unique_ptr<Client>(
      new Client(std::make_unique<Impl>(options, clock)));
}

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::~Client() = default;

void Client::Classify(Turns turns, const CallOptions& call,
                      Callback<Classification> callback) {
  auto done = Marked(std::move(callback));
  v1::ClassifyRequest request;
  Status status = FillDialogue(std::move(turns), *request.mutable_dialogue());
  if (!status.ok()) {
    std::string field = "dialogue." + status.field();
    return done(std::move(status).WithField(std::move(field)));
  }
  request.set_include_timings(call.include_timings);
  request.set_priority(ToMessage(call.priority));
  request.set_model_version(call.model_version);
  impl_->Send(&Stub::Classify, std::move(request), call, ReadClassification,
              std::move(done));
}

void Client::ClassifyBatch(std::vector<Turns> dialogues,
                           const CallOptions& call, Callback<Batch> callback) {
  auto done = Marked(std::move(callback));
  v1::ClassifyBatchRequest request;
  const std::size_t count = dialogues.size();
  for (std::size_t i = 0; i < count; ++i) {
    Status status =
        FillDialogue(std::move(dialogues[i]), *request.add_dialogues());
    if (status.ok()) continue;
    std::string field =
        "dialogues[" + std::to_string(i) + "]." + status.field();
    return done(std::move(status).WithField(std::move(field)));
  }
  request.set_include_timings(call.include_timings);
  request.set_priority(ToMessage(call.priority));
  request.set_model_version(call.model_version);
  const auto read = [count](const v1::ClassifyBatchResponse& answer) {
    return ReadBatch(answer, count);
  };
  impl_->Send(&Stub::ClassifyBatch, std::move(request), call, read,
              std::move(done));
}

void Client::GetModelInfo(const CallOptions& call,
                          Callback<ModelInfo> callback) {
  auto done = Marked(std::move(callback));
  impl_->Send(&Stub::GetModelInfo, v1::GetModelInfoRequest(), call,
              ReadModelInfo, std::move(done));
}

// Futures and blocking calls: a thin layer on the callbacks.

std::future<Result<Classification>> Client::ClassifyFuture(
    Turns turns, const CallOptions& call) {
  return AsFuture<Classification>([&](Callback<Classification> done) {
    Classify(std::move(turns), call, std::move(done));
  });
}

Result<Classification> Client::Classify(Turns turns, const CallOptions& call) {
  if (CallbackScope::Inside()) return WouldDeadlock();
  return ClassifyFuture(std::move(turns), call).get();
}

std::future<Result<Client::Batch>> Client::ClassifyBatchFuture(
    std::vector<Turns> dialogues, const CallOptions& call) {
  return AsFuture<Batch>([&](Callback<Batch> done) {
    ClassifyBatch(std::move(dialogues), call, std::move(done));
  });
}

Result<Client::Batch> Client::ClassifyBatch(std::vector<Turns> dialogues,
                                            const CallOptions& call) {
  if (CallbackScope::Inside()) return WouldDeadlock();
  return ClassifyBatchFuture(std::move(dialogues), call).get();
}

std::future<Result<ModelInfo>> Client::GetModelInfoFuture(
    const CallOptions& call) {
  return AsFuture<ModelInfo>(
      [&](Callback<ModelInfo> done) { GetModelInfo(call, std::move(done)); });
}

Result<ModelInfo> Client::GetModelInfo(const CallOptions& call) {
  if (CallbackScope::Inside()) return WouldDeadlock();
  return GetModelInfoFuture(call).get();
}

}  // namespace emotion::client
