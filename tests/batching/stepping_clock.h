#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "common/clock.h"

namespace emotion {

// A clock for a single thread: it stands still until advanced, and where others
// would wait it throws, so that a test sees that, and how long, a call would
// have waited.
class SteppingClock final : public Clock {
 public:
  struct WouldWait {
    TimePoint until;
  };

  TimePoint Now() const override { return now_; }

  std::chrono::system_clock::time_point WallNow() const override {
    return std::chrono::system_clock::time_point();
  }

  [[noreturn]] void WaitUntil(std::condition_variable&,
                              std::unique_lock<std::mutex>&,
                              TimePoint until) override {
    throw WouldWait{until};
  }

  void Advance(Duration by) { now_ += by; }

 private:
  TimePoint now_{std::chrono::hours(1)};
};

}  // namespace emotion
