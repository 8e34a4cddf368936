#include "server/batching/cost_tracker.h"

#include <algorithm>

namespace emotion {
namespace {

constexpr double kWeightOfNew = 0.1;
constexpr double kLargestScale = 100;

Clock::Duration Scaled(Clock::Duration duration, double scale) {
  return std::chrono::duration_cast<Clock::Duration>(
      std::chrono::duration<double>(duration) * scale);
}

}  // namespace

void CostTracker::Record(std::size_t items, std::size_t tokens,
                         Clock::Duration busy) {
  const Clock::Duration expected = measured_.TimeFor(items, tokens);
  if (expected <= Clock::Duration::zero() || busy <= Clock::Duration::zero()) {
    return;
  }
  const double found = std::chrono::duration<double>(busy) /
                       std::chrono::duration<double>(expected);
  scale_ += kWeightOfNew * (found - scale_);
  scale_ = std::clamp(scale_, 1 / kLargestScale, kLargestScale);
  cost_ = {Scaled(measured_.fixed, scale_), Scaled(measured_.per_item, scale_),
           Scaled(measured_.per_token, scale_)};
}

}  // namespace emotion
