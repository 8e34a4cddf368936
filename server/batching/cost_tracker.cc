#include "server/batching/cost_tracker.h"

#include <algorithm>

namespace emotion {
namespace {

constexpr double kWeightOfNew = 0.1;
constexpr double kLargestScale = 100;

Clock::Duration Times(Clock::Duration duration, double scale) {
  return std::chrono::duration_cast<Clock::Duration>(
      std::chrono::duration<double>(duration) * scale);
}

}  // namespace

// An exponential average over batches, not over time: what is asked is how the
// next batch will do, and an idle server learns nothing new by waiting.
void CostTracker::Record(Clock::Duration expected, Clock::Duration busy) {
  if (expected <= Clock::Duration::zero() || busy <= Clock::Duration::zero()) {
    return;
  }
  const double found = std::chrono::duration<double>(busy) /
                       std::chrono::duration<double>(expected);
  scale_ += kWeightOfNew * (found - scale_);
  scale_ = std::clamp(scale_, 1 / kLargestScale, kLargestScale);
}

CostModel CostTracker::Scaled(const CostModel& measured) const {
  return {.fixed = Times(measured.fixed, scale_),
          .per_item = Times(measured.per_item, scale_),
          .per_token = Times(measured.per_token, scale_)};
}

}  // namespace emotion
