#include "common/clock.h"

namespace emotion {
namespace {

class SystemClock final : public Clock {
 public:
  TimePoint Now() const override { return std::chrono::steady_clock::now(); }

  std::chrono::system_clock::time_point WallNow() const override {
    return std::chrono::system_clock::now();
  }

  void WaitUntil(std::condition_variable& condition,
                 std::unique_lock<std::mutex>& lock, TimePoint until) override {
    if (until == TimePoint::max()) {
      condition.wait(lock);
    } else {
      condition.wait_until(lock, until);
    }
  }
};

}  // namespace

Clock& Clock::System() {
  static SystemClock clock;
  return clock;
}

}  // namespace emotion
