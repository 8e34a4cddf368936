#pragma once

#include <cstddef>
#include <span>

#include "common/clock.h"

namespace emotion {

// What a batch takes, as measured: the fixed part, plus so much for each item
// and each of its tokens. All zero: unknown. A plain value.
struct CostModel {
  Clock::Duration fixed{0};
  Clock::Duration per_item{0};
  Clock::Duration per_token{0};

  bool known() const { return per_item + per_token > Clock::Duration::zero(); }

  // Saturates at ten minutes.
  Clock::Duration TimeFor(std::size_t items, std::size_t tokens) const;
};

// One measured batch.
struct CostSample {
  std::size_t items = 0;
  std::size_t tokens = 0;
  Clock::Duration time{0};
};

// The model that fits the samples best: least squares of the relative errors,
// so that a short batch is met as well as a long one, with no part below zero
// (coordinate descent). Unknown without samples; samples of no time are left
// out.
CostModel FitCostModel(std::span<const CostSample> samples);

}  // namespace emotion
