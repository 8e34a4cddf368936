#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

#include "common/clock.h"

namespace emotion::client {

// How far a run over many dialogues has come.
struct RunState {
  std::uint64_t done = 0;
  std::uint64_t failed = 0;
  // Of the input; the total is unknown for a pipe.
  std::uint64_t bytes_read = 0;
  std::optional<std::uint64_t> bytes_total;
  Clock::Duration elapsed{0};
};

// "1200 dialogues, 240/s, 48 %, 0:05 left, 2 failed" without a line feed.
// Percent and time left come from the bytes read, and are left out when the
// total is unknown; failures are left out when there are none.
std::string ProgressLine(const RunState& state);

// A line on a terminal that is written over, at most ten times a second. Not
// thread-safe.
class Progress {
 public:
  // Null: shows nothing. `terminal` must outlive this.
  explicit Progress(std::ostream* terminal) : terminal_(terminal) {}

  void Show(const RunState& state);
  // Removes the line, so that other text can follow.
  void Clear();

 private:
  std::ostream* terminal_;
  std::optional<Clock::Duration> shown_at_;
};

}  // namespace emotion::client
