#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

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
//   - after each pass it rests for kRestPerPass times as long, so that at most
//     a fifth of the time of one processor goes to shadows, and few callers
//     come while one runs;
//   - its thread is one that Linux runs only when a processor has nothing else
//     to do (SCHED_IDLE; where that is forbidden, at the lowest priority), so
//     that a batch that comes meanwhile takes the processor from it at once.
//     Such a thread could hold a lock for as long as it gets no processor, so
//     workers share none with it: what they hand over goes onto a lock-free
//     list.
// So a shadow sees a sample of the dialogues, as large as that allows.
//
// Thread-safe; borrows the clock.
class ShadowRunner {
 public:
  // Dialogues that may wait.
  static constexpr std::size_t kMostWaiting = 256;
  static constexpr int kRestPerPass = 4;
  // How often it looks whether workers are idle, while something waits.
  static constexpr std::chrono::milliseconds kLook{2};

  // INTERNAL if the thread cannot be started.
  static Result<std::unique_ptr<ShadowRunner>> Start(Clock& clock);

  // Closes.
  ~ShadowRunner();

  // A worker runs a batch of callers' dialogues between these two.
  void OnBatchBegins() { busy_workers_.fetch_add(1); }
  void OnBatchEnds() { busy_workers_.fetch_sub(1); }

  // Hands over a dialogue that was answered with the label `given`. Lock-free;
  // counted as dropped if too many wait, or after Close.
  void Offer(ShadowCopy copy, const std::string& given);

  // Drops what waits and ends the thread when its pass is done. Safe to call
  // twice.
  void Close();

  // Lets the thread look again at once whether it may begin.
  void Wake();

  // Returns once nothing waits and nothing runs. Spins: for tests, and the
  // start.
  void WaitUntilIdle();

 private:
  // An entry of the list of arrivals, the latest first.
  struct Arrival {
    ShadowCopy copy{};
    std::string given{};
    Arrival* next = nullptr;
  };

  explicit ShadowRunner(Clock& clock) : clock_(clock) {}
  void Push(std::unique_ptr<Arrival> arrival);
  void Run();
  // All that has arrived, in order.
  std::vector<std::unique_ptr<Arrival>> TakeArrivals();
  // Waits until a pass may begin; false: closed.
  bool WaitForTurn();
  void RunOne(const Arrival& entry) const;
  void Drop(const Arrival& entry);

  Clock& clock_;

  std::atomic<int> busy_workers_{0};
  std::atomic<bool> closed_{false};
  // Handed over and not yet finished, the one that runs included.
  std::atomic<std::size_t> pending_{0};
  // Anybody pushes; the thread takes all at once.
  std::atomic<Arrival*> arrivals_{nullptr};

  // The thread's own.
  std::deque<std::unique_ptr<Arrival>> waiting_;
  Clock::TimePoint rests_until_;

  // For the thread to sleep by the clock; taken by it, Close and Wake.
  std::mutex mutex_;
  std::condition_variable woken_;

  std::thread thread_;
};

}  // namespace emotion
