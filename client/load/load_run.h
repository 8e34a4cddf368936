#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <queue>
#include <random>
#include <vector>

#include "client/load/arrivals.h"
#include "client/load/dialogue_source.h"
#include "client/load/recorder.h"
#include "client/load/transport.h"
#include "client/load/weighted_mix.h"
#include "common/clock.h"

namespace emotion::load {

// What requests look like.
struct RequestMix {
  // Dialogues in a request.
  WeightedMix batch{1};
  // Nanoseconds from the real send.
  WeightedMix deadline{5e9};
  // kPriorityInteractive or kPriorityBulk; nothing: requests do not say.
  std::optional<WeightedMix> priority{};
  // This part of all requests is cancelled by the generator, at a moment drawn
  // evenly from 0 to cancel_within after the real send.
  double cancel_share = 0;
  Clock::Duration cancel_within{std::chrono::milliseconds(50)};
};

// Sends requests, in an open or a closed loop, and hands what happens to a
// recorder. One thread sends; answers arrive on the transport's threads.
class LoadRun {
 public:
  // All must outlive this. `dialogues` counts those that the transport knows.
  LoadRun(const RequestMix& mix, DialogueOrder order, std::uint64_t seed,
          Transport& transport, Clock& clock);

  // Returns when every request of every phase has ended, which their deadlines
  // bound.
  ~LoadRun();
  LoadRun(const LoadRun&) = delete;
  LoadRun& operator=(const LoadRun&) = delete;

  // Looked at ten times a second; false ends a phase early.
  using KeepGoing = std::function<bool()>;

  // Open loop: each request is sent at its instant after `start`, or at once
  // if that has passed already, however many are in flight. Returns when the
  // last one is sent.
  void RunOpen(Clock::TimePoint start, Arrivals& arrivals,
               const std::shared_ptr<Recorder>& recorder,
               const KeepGoing& keep_going);

  // Closed loop: `concurrency` requests are in flight from now until `end`; an
  // answer sends the next one. The intended instant is the real one: in a
  // closed loop a slow server is asked less, so only service time means
  // something. Waits for the requests of earlier phases first.
  void RunClosed(Clock::TimePoint end, std::size_t concurrency,
                 const std::shared_ptr<Recorder>& recorder,
                 const KeepGoing& keep_going);

  // Waits until all requests have ended, or until `until`.
  void Drain(Clock::TimePoint until);

 private:
  struct Flight;
  struct Planned {
    Clock::TimePoint at;
    Transport::Cancel cancel;
    bool operator>(const Planned& other) const { return at > other.at; }
  };

  // `again_until`: an answer sends the next one, until then and as long as the
  // phase lasts.
  void Send(Clock::TimePoint intended, std::shared_ptr<Recorder> recorder,
            Clock::TimePoint again_until);
  bool MaySendAgain(const Flight& flight, Clock::TimePoint now);
  std::shared_ptr<Flight> Plan();
  void OnEnded(Flight& flight, const LoadReply& reply);
  // Waits until then; cancels what is due meanwhile. False when keep_going
  // says so.
  bool WaitUntil(Clock::TimePoint until, const KeepGoing& keep_going);
  void CancelDue(Clock::TimePoint now);

  const RequestMix mix_;
  Transport& transport_;
  Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // All guarded by mutex_.
  DialogueOrder order_;
  std::mt19937_64 random_;
  std::size_t in_flight_ = 0;
  // Counts phases, so that the answers of one that has ended send nothing.
  std::uint64_t phase_ = 0;
  bool waiting_for_end_ = false;
  std::priority_queue<Planned, std::vector<Planned>, std::greater<>> cancels_;
  // Of the thread that sends.
  Clock::TimePoint next_look_{};
};

}  // namespace emotion::load
