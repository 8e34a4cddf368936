#include <utility>

#include "client/callback_scope.h"
#include "client/emotion_client.h"

namespace emotion::client {
namespace {

template <typename T, typename Start>
std::future<Result<T>> Promise(Start start) {
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

std::future<Result<Classification>> Client::ClassifyFuture(
    Turns turns, const CallOptions& call) {
  return Promise<Classification>([&](Callback<Classification> done) {
    Classify(std::move(turns), call, std::move(done));
  });
}

Result<Classification> Client::Classify(Turns turns, const CallOptions& call) {
  if (CallbackScope::Inside()) return WouldDeadlock();
  return ClassifyFuture(std::move(turns), call).get();
}

std::future<Result<Client::Batch>> Client::ClassifyBatchFuture(
    std::vector<Turns> dialogues, const CallOptions& call) {
  return Promise<Batch>([&](Callback<Batch> done) {
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
  return Promise<ModelInfo>(
      [&](Callback<ModelInfo> done) { GetModelInfo(call, std::move(done)); });
}

Result<ModelInfo> Client::GetModelInfo(const CallOptions& call) {
  if (CallbackScope::Inside()) return WouldDeadlock();
  return GetModelInfoFuture(call).get();
}

}  // namespace emotion::client
