#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "common/clock.h"
#include "common/result.h"
#include "server/engine/request.h"

namespace emotion {

// Asks shadows for dialogues that have been answered already, and reports to
// each shadow's observer whether it would have said the same. Nobody waits for
// a shadow:
//   - it has a queue of its own, which drops what does not fit, because in the
//     callers' queue, even as bulk, they would wait for its batch;
//   - it begins a forward pass only while no worker runs one, and with one
//     dialogue at a time, because two at once share the memory's bandwidth, and
//     a pass that has begun is not interrupted;
//   - its thread is one that Linux runs only when a processor has nothing else
//     to do (SCHED_IDLE; where that is forbidden, at the lowest priority), so
//     that a batch that comes meanwhile takes the processor from it at once.
// So a shadow gets as many dialogues as the callers leave time for.
//
// Thread-safe; borrows the clock.
class ShadowRunner {
 public:
  // Dialogues that may wait.
  static constexpr std::size_t kMostWaiting = 256;

  // INTERNAL if the thread cannot be started.
  static Result<std::unique_ptr<ShadowRunner>> Start(Clock& clock);

  // Closes.
  ~ShadowRunner();

  // A worker runs a batch of callers' dialogues between these two.
  void OnBatchBegins() { busy_workers_.fetch_add(1); }
  void OnBatchEnds();

  // Hands over a dialogue that was answered with the label `given`. Returns at
  // once; counted as dropped if too many wait, or after Close. To be called
  // while a batch runs: its end begins what was handed over.
  void Offer(ShadowCopy copy, const std::string& given);

  // Whether the thread runs at idle priority.
  bool idle_priority() const { return idle_priority_; }

  // Drops what waits and ends the thread when its pass is done. Safe to call
  // twice.
  void Close();

  // Returns once nothing waits and nothing runs.
  void WaitUntilIdle();

 private:
  struct Entry {
    ShadowCopy copy;
    std::string given;
  };

  explicit ShadowRunner(Clock& clock) : clock_(clock) {}
  void Run();
  void RunOne(const Entry& entry) const;

  Clock& clock_;

  std::atomic<int> busy_workers_{0};
  // Whether waiting_ holds anything, for who does not hold the lock.
  std::atomic<bool> has_work_{false};

  std::mutex mutex_;
  // Signalled when no worker is busy, when all is done, and on Close().
  std::condition_variable changed_;
  // Guarded by mutex_.
  std::deque<Entry> waiting_;
  bool running_ = false;
  bool closed_ = false;

  bool idle_priority_ = false;
  std::thread thread_;
};

}  // namespace emotion
