#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <vector>

#include "client/load/transport.h"
#include "common/clock.h"

namespace emotion::load {

// A clock on which nothing takes time but waiting: WaitUntil goes straight to
// the next event or to its end, whichever is first. All in one thread, so a
// run of minutes takes milliseconds and is always the same.
class SimulatedClock final : public Clock {
 public:
  TimePoint Now() const override { return now_; }
  std::chrono::system_clock::time_point WallNow() const override { return {}; }
  void WaitUntil(std::condition_variable& condition,
                 std::unique_lock<std::mutex>& lock, TimePoint until) override;

  // REQUIRES: at >= Now().
  void At(TimePoint at, std::function<void()> event) {
    events_.emplace(at, std::move(event));
  }

 private:
  TimePoint now_{std::chrono::hours(1)};
  std::multimap<TimePoint, std::function<void()>> events_;
};

// A server with one worker that takes `service` for a request, first come first
// served, without an upper bound: its capacity is 1 / service. Answers "sad"
// with 0.9 for each dialogue. A request past its deadline is answered at the
// deadline and still done.
class SimulatedServer final : public Transport {
 public:
  SimulatedServer(SimulatedClock& clock, Clock::Duration service)
      : clock_(clock), service_(service) {}

  Cancel Start(const LoadRequest& request, bool cancellable,
               Done done) override;

  // The worker does nothing from `at` on for so long.
  void Stall(Clock::TimePoint at, Clock::Duration duration) {
    stall_at_ = at;
    stall_ = duration;
  }

  // What has arrived, with the time of arrival.
  std::vector<std::pair<Clock::TimePoint, LoadRequest>> received;
  // The highest number of requests in flight at once.
  std::size_t most_in_flight = 0;

 private:
  SimulatedClock& clock_;
  const Clock::Duration service_;
  Clock::TimePoint free_at_{};
  Clock::TimePoint stall_at_ = Clock::TimePoint::max();
  Clock::Duration stall_{0};
  std::size_t in_flight_ = 0;
};

}  // namespace emotion::load
