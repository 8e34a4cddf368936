#include "client/load/load_run.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace emotion::load {
namespace {

constexpr std::chrono::milliseconds kLook{100};
constexpr Clock::TimePoint kNotAgain = Clock::TimePoint::min();

}  // namespace

// A request on its way.
struct LoadRun::Flight {
  LoadRequest request;
  bool to_cancel = false;
  Clock::Duration cancel_after{0};
  Clock::TimePoint intended;
  Clock::TimePoint sent;
  Clock::TimePoint again_until;
  std::uint64_t phase = 0;
  std::shared_ptr<Recorder> recorder;
};

LoadRun::LoadRun(const RequestMix& mix, DialogueOrder order, std::uint64_t seed,
                 Transport& transport, Clock& clock)
    : mix_(mix),
      transport_(transport),
      clock_(clock),
      order_(order),
      random_(seed) {}

LoadRun::~LoadRun() { Drain(Clock::TimePoint::max()); }

void LoadRun::RunOpen(Clock::TimePoint start, Arrivals& arrivals,
                      const std::shared_ptr<Recorder>& recorder,
                      const KeepGoing& keep_going) {
  while (const auto next = arrivals.Next()) {
    const Clock::TimePoint intended = start + *next;
    if (!WaitUntil(intended, keep_going)) return;
    Send(intended, recorder, kNotAgain);
  }
}

void LoadRun::RunClosed(Clock::TimePoint end, std::size_t concurrency,
                        const std::shared_ptr<Recorder>& recorder,
                        const KeepGoing& keep_going) {
  Drain(Clock::TimePoint::max());
  for (std::size_t i = 0; i < concurrency; ++i) {
    Send(clock_.Now(), recorder, end);
  }
  WaitUntil(end, keep_going);
  std::lock_guard lock(mutex_);
  ++phase_;
}

std::shared_ptr<LoadRun::Flight> LoadRun::Plan() {
  auto flight = std::make_shared<Flight>();
  std::uniform_real_distribution<double> part;
  std::lock_guard lock(mutex_);
  const auto batch = std::llround(mix_.batch.Pick(part(random_)));
  for (long long i = 0; i < batch; ++i) {
    flight->request.dialogues.push_back(order_.Next());
  }
  flight->request.deadline =
      std::chrono::nanoseconds(std::llround(mix_.deadline.Pick(part(random_))));
  flight->to_cancel =
      mix_.cancel_share > 0 && part(random_) < mix_.cancel_share;
  if (flight->to_cancel) {
    flight->cancel_after = std::chrono::duration_cast<Clock::Duration>(
        mix_.cancel_within * part(random_));
  }
  if (mix_.priority) {
    flight->request.priority =
        static_cast<int>(mix_.priority->Pick(part(random_)));
  }
  flight->phase = phase_;
  ++in_flight_;
  return flight;
}

void LoadRun::Send(Clock::TimePoint intended,
                   std::shared_ptr<Recorder> recorder,
                   Clock::TimePoint again_until) {
  const std::shared_ptr<Flight> flight = Plan();
  flight->intended = intended;
  flight->again_until = again_until;
  flight->recorder = std::move(recorder);
  flight->sent = clock_.Now();
  flight->recorder->Sent(intended, flight->sent, flight->request);
  auto cancel = transport_.Start(
      flight->request, flight->to_cancel,
      [this, flight](const LoadReply& reply) { OnEnded(*flight, reply); });
  if (!flight->to_cancel || !cancel) return;
  std::lock_guard lock(mutex_);
  cancels_.push({flight->sent + flight->cancel_after, std::move(cancel)});
  changed_.notify_all();
}

void LoadRun::OnEnded(Flight& flight, const LoadReply& reply) {
  const Clock::TimePoint now = clock_.Now();
  flight.recorder->Ended(flight.intended, flight.sent, now, flight.to_cancel,
                         flight.request, reply);
  if (MaySendAgain(flight, now)) {
    Send(now, flight.recorder, flight.again_until);
  }
  std::lock_guard lock(mutex_);
  --in_flight_;
  if (waiting_for_end_ && in_flight_ == 0) changed_.notify_all();
}

bool LoadRun::MaySendAgain(const Flight& flight, Clock::TimePoint now) {
  if (now >= flight.again_until) return false;
  std::lock_guard lock(mutex_);
  return flight.phase == phase_;
}

void LoadRun::CancelDue(Clock::TimePoint now) {
  for (;;) {
    Transport::Cancel cancel;
    {
      std::lock_guard lock(mutex_);
      if (cancels_.empty() || cancels_.top().at > now) return;
      cancel = cancels_.top().cancel;
      cancels_.pop();
    }
    cancel();
  }
}

bool LoadRun::WaitUntil(Clock::TimePoint until, const KeepGoing& keep_going) {
  for (;;) {
    const Clock::TimePoint now = clock_.Now();
    if (mix_.cancel_share > 0) CancelDue(now);
    if (keep_going && now >= next_look_) {
      next_look_ = now + kLook;
      if (!keep_going()) return false;
    }
    if (now >= until) return true;
    std::unique_lock lock(mutex_);
    Clock::TimePoint wake = until;
    if (keep_going) wake = std::min(wake, next_look_);
    if (!cancels_.empty()) wake = std::min(wake, cancels_.top().at);
    clock_.WaitUntil(changed_, lock, wake);
  }
}

void LoadRun::Drain(Clock::TimePoint until) {
  for (;;) {
    const Clock::TimePoint now = clock_.Now();
    CancelDue(now);
    std::unique_lock lock(mutex_);
    waiting_for_end_ = true;
    if (in_flight_ == 0 || now >= until) break;
    clock_.WaitUntil(
        changed_, lock,
        cancels_.empty() ? until : std::min(until, cancels_.top().at));
  }
  std::lock_guard lock(mutex_);
  waiting_for_end_ = false;
}

}  // namespace emotion::load
