#include "client/running_calls.h"

#include <utility>
#include <vector>

namespace emotion::client {

void RunningCalls::Add(const std::shared_ptr<RunningCall>& call) {
  std::lock_guard lock(mutex_);
  calls_.emplace(call.get(), call);
}

void RunningCalls::Remove(const RunningCall* call) {
  std::lock_guard lock(mutex_);
  calls_.erase(call);
  // Under the lock: the waiter may destroy this as soon as it is released.
  if (calls_.empty()) empty_.notify_all();
}

void RunningCalls::CancelAllAndWait() {
  std::vector<std::shared_ptr<RunningCall>> calls;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [key, call] : calls_) {
      if (auto alive = call.lock()) calls.push_back(std::move(alive));
    }
  }
  for (const auto& call : calls) call->Cancel();
  calls.clear();
  std::unique_lock lock(mutex_);
  empty_.wait(lock, [this] { return calls_.empty(); });
}

}  // namespace emotion::client
