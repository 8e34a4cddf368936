#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

#include "client/classification.h"
#include "client/cli/input_dialogue.h"
#include "common/clock.h"
#include "common/result.h"

namespace emotion::client {

// The dialogues between reading and writing: answers come in any order and
// leave in the order of the input. Bounded: so many in flight, and four times
// as many between the oldest one not yet written and the newest.
//
// One thread calls all but Answer(), which is safe from any thread.
class DialogueWindow {
 public:
  struct Finished {
    InputDialogue dialogue;
    Result<Classification> result;
  };

  // REQUIRES: in_flight > 0.
  explicit DialogueWindow(std::size_t in_flight) : limit_(in_flight) {}

  // Whether one more dialogue may be sent.
  bool HasSpace() const;
  bool empty() const;

  // Takes a dialogue in and returns its number. REQUIRES: HasSpace().
  std::uint64_t Add(InputDialogue dialogue);

  // The answer to dialogue `number`, exactly once.
  void Answer(std::uint64_t number, Result<Classification> result);

  // The oldest dialogue, if it has been answered.
  std::optional<Finished> TakeOldest();

  // Waits until the oldest dialogue is answered, until there is space if
  // `for_space`, or until `until`. REQUIRES: !empty().
  void Wait(bool for_space, Clock& clock, Clock::TimePoint until);

 private:
  struct Slot {
    InputDialogue dialogue;
    std::optional<Result<Classification>> result;
  };

  // REQUIRE: mutex_ is held.
  bool HasSpaceLocked() const;
  bool OldestIsAnsweredLocked() const;

  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::condition_variable answered_;
  // All guarded by mutex_.
  std::deque<Slot> slots_;
  std::uint64_t oldest_ = 0;
  std::size_t in_flight_ = 0;
};

}  // namespace emotion::client
