#include "server/batching/drain_rate.h"

#include <algorithm>
#include <cmath>

namespace emotion {
namespace {

constexpr double kWeightOfNew = 0.1;

}  // namespace

DrainRate::DrainRate(std::size_t workers) : workers_(workers) {}

void DrainRate::Assume(const CostModel& cost) {
  if (seconds_per_batch_ == 0 && cost.known()) {
    Record(kFirstTokens, cost.TimeFor(kFirstItems, kFirstTokens));
  }
}

// The averages of tokens and of seconds are kept apart, and their quotient is
// taken at the end: the mean of the quotients would let a tiny batch, which is
// slow per token, count as much as a full one.
void DrainRate::Record(std::size_t tokens, Clock::Duration busy) {
  if (tokens == 0 || busy <= Clock::Duration::zero()) return;
  const double seconds = std::chrono::duration<double>(busy).count();
  const double weight = seconds_per_batch_ == 0 ? 1.0 : kWeightOfNew;
  tokens_per_batch_ +=
      weight * (static_cast<double>(tokens) - tokens_per_batch_);
  seconds_per_batch_ += weight * (seconds - seconds_per_batch_);
}

std::chrono::milliseconds DrainRate::TimeFor(std::size_t tokens) const {
  if (seconds_per_batch_ == 0) return kUnknown;
  const double tokens_per_second =
      static_cast<double>(workers_) * tokens_per_batch_ / seconds_per_batch_;
  const double wait_ms =
      std::ceil(1000.0 * static_cast<double>(tokens) / tokens_per_second);
  const double longest_ms = static_cast<double>(kLongest.count());
  return std::max(kShortest, std::chrono::milliseconds(static_cast<long>(
                                 std::min(wait_ms, longest_ms))));
}

}  // namespace emotion
