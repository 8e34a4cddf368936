#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace emotion::client {

// A call that can be cut short.
class RunningCall {
 public:
  virtual ~RunningCall() = default;
  // Safe from any thread, at any time, more than once.
  virtual void Cancel() = 0;
};

// The calls that exist just now, so that a client can end them before it goes.
// Thread-safe; owns no call.
class RunningCalls {
 public:
  RunningCalls() = default;
  RunningCalls(const RunningCalls&) = delete;
  RunningCalls& operator=(const RunningCalls&) = delete;

  void Add(const std::shared_ptr<RunningCall>& call);
  // The call's destructor says so. Unknown calls are ignored.
  void Remove(const RunningCall* call);

  // Cancels every call and returns when all are destroyed. Each ends by its
  // own deadline at the latest, which bounds the wait. REQUIRES: no Add during
  // or after it, and not called by a call's own callback.
  void CancelAllAndWait();

 private:
  std::mutex mutex_;
  std::condition_variable empty_;
  // Guarded by mutex_.
  std::unordered_map<const RunningCall*, std::weak_ptr<RunningCall>> calls_;
};

}  // namespace emotion::client
