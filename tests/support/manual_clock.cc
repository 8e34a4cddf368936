#include "tests/support/manual_clock.h"

#include <algorithm>
#include <utility>

namespace emotion {

Clock::TimePoint ManualClock::Now() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

std::chrono::system_clock::time_point ManualClock::WallNow() const {
  const std::lock_guard lock(mutex_);
  return std::chrono::system_clock::time_point(
      std::chrono::duration_cast<std::chrono::system_clock::duration>(
          now_.time_since_epoch()));
}

void ManualClock::WaitUntil(std::condition_variable& condition,
                            std::unique_lock<std::mutex>& lock,
                            TimePoint until) {
  Waiter waiter{&condition, lock.mutex()};
  {
    const std::lock_guard guard(mutex_);
    if (now_ >= until) return;
    waiters_.push_back(&waiter);
    waiters_changed_.notify_all();
  }
  condition.wait(lock);
  const std::lock_guard guard(mutex_);
  std::erase(waiters_, &waiter);
}

// Wakes every waiter, whether or not its time has come: it looks again. It is
// forgotten first, so that BlockUntilWaiters counts it only once it waits anew.
// The waiter's own mutex is taken in between, so that a thread that has
// registered but not yet begun to wait cannot miss the call.
void ManualClock::Advance(Duration by) {
  std::vector<std::pair<std::mutex*, std::condition_variable*>> wake;
  {
    const std::lock_guard lock(mutex_);
    now_ += by;
    for (const Waiter* waiter : std::exchange(waiters_, {})) {
      wake.emplace_back(waiter->mutex, waiter->condition);
    }
  }
  for (const auto& [mutex, condition] : wake) {
    { const std::lock_guard lock(*mutex); }
    condition->notify_all();
  }
}

void ManualClock::BlockUntilWaiters(std::size_t count) {
  std::unique_lock lock(mutex_);
  waiters_changed_.wait(lock, [&] { return waiters_.size() >= count; });
}

}  // namespace emotion
