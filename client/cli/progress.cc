#include "client/cli/progress.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "client/cli/style.h"

namespace emotion::client {
namespace {

constexpr std::chrono::milliseconds kInterval{100};

std::string MinutesSeconds(double seconds) {
  const auto whole = std::llround(seconds);
  const std::string rest = std::to_string(whole % 60);
  return std::to_string(whole / 60) + (rest.size() < 2 ? ":0" : ":") + rest;
}

}  // namespace

std::string ProgressLine(const RunState& state) {
  std::string line = std::to_string(state.done) + " dialogues";
  const double seconds = std::chrono::duration<double>(state.elapsed).count();
  if (seconds > 0) {
    line += ", " + Fixed(static_cast<double>(state.done) / seconds, 0) + "/s";
  }
  if (state.bytes_total.value_or(0) > 0) {
    const double part =
        std::min(1.0, static_cast<double>(state.bytes_read) /
                          static_cast<double>(*state.bytes_total));
    line += ", " + Fixed(100 * part, 0) + " %";
    if (part > 0 && seconds > 0) {
      line += ", " + MinutesSeconds(seconds * (1 - part) / part) + " left";
    }
  }
  if (state.failed > 0) line += ", " + std::to_string(state.failed) + " failed";
  return line;
}

void Progress::Show(const RunState& state) {
  if (terminal_ == nullptr) return;
  if (shown_at_ && state.elapsed - *shown_at_ < kInterval) return;
  shown_at_ = state.elapsed;
  *terminal_ << "\r\x1b[K" << ProgressLine(state) << std::flush;
}

void Progress::Clear() {
  if (terminal_ == nullptr || !shown_at_) return;
  *terminal_ << "\r\x1b[K" << std::flush;
  shown_at_.reset();
}

}  // namespace emotion::client
