#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

namespace emotion {

// Why a batch left the queue when it did.
enum class BatchReason {
  kFull,         // It holds as many items as a batch may.
  kTokenBudget,  // The next item would exceed the token budget.
  kTimeBudget,   // With the next item it would take too long.
  kIdle,         // A worker was idle and took all that may go together.
  kDelay,        // The oldest of them had waited as long as it may.
  kDrain,        // The queue is closing.
};

// "full", "token_budget", "time_budget", "idle", "delay", "drain".
constexpr std::string_view BatchReasonName(BatchReason reason) {
  switch (reason) {
    case BatchReason::kFull:
      return "full";
    case BatchReason::kTokenBudget:
      return "token_budget";
    case BatchReason::kTimeBudget:
      return "time_budget";
    case BatchReason::kIdle:
      return "idle";
    case BatchReason::kDelay:
      return "delay";
    case BatchReason::kDrain:
      return "drain";
  }
  return "drain";
}

// Receives what the queue and its workers do. Called without locks held, from
// worker threads, several at once; must be quick and must not throw.
class BatchObserver {
 public:
  virtual ~BatchObserver() = default;

  // A batch left the queue for a worker. `assembly` is the time that forming it
  // took, without the waiting.
  virtual void OnBatchFormed(std::size_t items, std::size_t tokens,
                             BatchReason reason,
                             std::chrono::nanoseconds assembly) = 0;

  // Worker `worker` (0 to N-1) began, or ended, work on a batch; at the end
  // `busy` is how long it took.
  virtual void OnWorkerBusy(std::size_t worker) = 0;
  virtual void OnWorkerIdle(std::size_t worker,
                            std::chrono::nanoseconds busy) = 0;
};

}  // namespace emotion
