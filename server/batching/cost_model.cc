#include "server/batching/cost_model.h"

#include <algorithm>
#include <array>

namespace emotion {
namespace {

using Seconds = std::chrono::duration<double>;
using Parts = std::array<double, 3>;

constexpr double kLongestSeconds = 600;
// Many more than it takes; all together cost microseconds.
constexpr int kDescents = 5000;

Clock::Duration ToDuration(double seconds) {
  return std::chrono::duration_cast<Clock::Duration>(Seconds(seconds));
}

}  // namespace

Clock::Duration CostModel::TimeFor(std::size_t items,
                                   std::size_t tokens) const {
  const double seconds =
      Seconds(fixed).count() +
      Seconds(per_item).count() * static_cast<double>(items) +
      Seconds(per_token).count() * static_cast<double>(tokens);
  return ToDuration(std::min(seconds, kLongestSeconds));
}

// Weighted least squares under the condition that no part is below zero. Each
// sample is one equation, fixed + items * per_item + tokens * per_token = time,
// divided by its time, so that errors are relative: without that, the longest
// batches alone would decide, and a batch of one would be off by a multiple.
//
// The normal equations are solved by coordinate descent: each part in turn
// takes the value that is best while the others stand still, cut off at zero.
// For a convex quadratic under such bounds this converges to the optimum
// (Hildreth 1957; it is the Gauss-Seidel method with a projection). The columns
// for items and tokens are nearly proportional where all dialogues are of one
// length, so it takes many rounds; they are cheap.
CostModel FitCostModel(std::span<const CostSample> samples) {
  std::array<Parts, 3> products{};
  Parts sums{};
  for (const CostSample& sample : samples) {
    const double time = Seconds(sample.time).count();
    if (time <= 0) continue;
    const Parts row = {1 / time, static_cast<double>(sample.items) / time,
                       static_cast<double>(sample.tokens) / time};
    for (std::size_t i = 0; i < row.size(); ++i) {
      for (std::size_t j = 0; j < row.size(); ++j) {
        products[i][j] += row[i] * row[j];
      }
      sums[i] += row[i];
    }
  }
  Parts parts{};
  for (int descent = 0; descent < kDescents; ++descent) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (products[i][i] <= 0) continue;
      double left = sums[i] + products[i][i] * parts[i];
      for (std::size_t j = 0; j < parts.size(); ++j) {
        left -= products[i][j] * parts[j];
      }
      parts[i] = std::max(0.0, left / products[i][i]);
    }
  }
  return {ToDuration(parts[0]), ToDuration(parts[1]), ToDuration(parts[2])};
}

}  // namespace emotion
