#include "tests/load/simulated_server.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "client/load/rpc_code.h"

namespace emotion::load {

void SimulatedClock::WaitUntil(std::condition_variable&,
                               std::unique_lock<std::mutex>& lock,
                               TimePoint until) {
  if (events_.empty() || events_.begin()->first > until) {
    now_ = std::max(now_, until);
    return;
  }
  auto event = events_.extract(events_.begin());
  now_ = std::max(now_, event.key());
  lock.unlock();
  event.mapped()();
  lock.lock();
}

Transport::Cancel SimulatedServer::Start(const LoadRequest& request,
                                         bool cancellable, Done done) {
  const Clock::TimePoint now = clock_.Now();
  received.emplace_back(now, request);
  most_in_flight = std::max(most_in_flight, ++in_flight_);
  Clock::TimePoint begin = std::max(now, free_at_);
  if (begin + service_ > stall_at_) {
    begin = std::max(begin, stall_at_ + stall_);
    stall_at_ = Clock::TimePoint::max();
  }
  free_at_ = begin + service_;
  const bool too_late = free_at_ > now + request.deadline;
  auto finish = [this, done = std::move(done),
                 over = false](LoadReply reply) mutable {
    if (std::exchange(over, true)) return;
    --in_flight_;
    done(std::move(reply));
  };
  auto once = std::make_shared<decltype(finish)>(std::move(finish));
  LoadReply reply{too_late ? kCodeDeadlineExceeded : kCodeOk, {}};
  if (!too_late)
    reply.predictions.assign(request.dialogues.size(), {"sad", .9F});
  clock_.At(too_late ? now + request.deadline : free_at_,
            [once, reply] { (*once)(reply); });
  if (!cancellable) return {};
  return [once] { (*once)({kCodeCancelled, {}}); };
}

}  // namespace emotion::load
