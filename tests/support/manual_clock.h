#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

#include "common/clock.h"

namespace emotion {

// A clock that stands still until a test advances it. Waiting goes through it:
// Advance() lets each waiter look at the new time, and BlockUntilWaiters() lets
// a test be sure that a thread has begun to wait, without sleeping.
class ManualClock final : public Clock {
 public:
  TimePoint Now() const override;
  std::chrono::system_clock::time_point WallNow() const override;
  void WaitUntil(std::condition_variable& condition,
                 std::unique_lock<std::mutex>& lock, TimePoint until) override;

  // Moves both clocks forward and wakes all waiters. The caller holds no mutex
  // that a waiter waits with.
  void Advance(Duration by);

  // Returns once `count` threads wait in WaitUntil. One that Advance() woke
  // counts again only when it has looked at the time and waits anew; one that
  // was notified otherwise may still count until it runs.
  void BlockUntilWaiters(std::size_t count);

 private:
  struct Waiter {
    std::condition_variable* condition;
    std::mutex* mutex;
  };

  mutable std::mutex mutex_;
  std::condition_variable waiters_changed_;
  TimePoint now_{std::chrono::hours(1)};
  std::vector<Waiter*> waiters_;
};

}  // namespace emotion
