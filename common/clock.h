#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace emotion {

// The only source of time. No library reads a clock by itself; tests pass a
// manual clock (tests/support/manual_clock.h) and advance it by hand.
// Implementations are safe for use by many threads at once.
class Clock {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  virtual ~Clock() = default;

  // Monotonic: never goes back and knows no calendar.
  virtual TimePoint Now() const = 0;

  // The calendar, for deadlines that arrive as wall time and for logs.
  virtual std::chrono::system_clock::time_point WallNow() const = 0;

  // Waits on `condition` until it is notified or Now() reaches `until`,
  // whichever is first; may also wake for no reason, so the caller looks at
  // its predicate again. REQUIRES: `lock` is held. `until` may be
  // TimePoint::max(): for ever.
  virtual void WaitUntil(std::condition_variable& condition,
                         std::unique_lock<std::mutex>& lock,
                         TimePoint until) = 0;

  // The machine's clocks. Lives as long as the process.
  static Clock& System();
};

}  // namespace emotion
