#pragma once

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
// a shadow and nothing is delayed by it: it has a thread of its own that Linux
// runs only when a processor has nothing else to do (SCHED_IDLE; where that is
// forbidden, at the lowest priority), so that an interactive batch takes the
// processor from it at once; and a queue of its own, which drops what does not
// fit. A queue shared with the callers would make them wait for the shadow's
// batch that is just being run.
//
// Thread-safe; borrows the clock.
class ShadowRunner {
 public:
  // Dialogues that may wait, and that go in one batch. A large batch costs less
  // of the idle time.
  static constexpr std::size_t kMostWaiting = 256;
  static constexpr std::size_t kMostInBatch = 32;

  // INTERNAL if the thread cannot be started.
  static Result<std::unique_ptr<ShadowRunner>> Start(Clock& clock);

  // Closes.
  ~ShadowRunner();

  // Hands over a dialogue that was answered with the label `given`. Returns at
  // once; counted as dropped if too many wait, or after Close.
  void Offer(ShadowCopy copy, const std::string& given);

  // Whether the thread runs at idle priority.
  bool idle_priority() const { return idle_priority_; }

  // Drops what waits and ends the thread when its batch is done. Safe to call
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
  // Takes the entries at the front that share a model.
  std::deque<Entry> TakeBatch();
  void RunBatch(std::deque<Entry> batch) const;

  Clock& clock_;

  std::mutex mutex_;
  // Signalled when an entry arrives, when all is done, and on Close().
  std::condition_variable changed_;
  // Guarded by mutex_.
  std::deque<Entry> waiting_;
  bool running_ = false;
  bool closed_ = false;

  bool idle_priority_ = false;
  std::thread thread_;
};

}  // namespace emotion
