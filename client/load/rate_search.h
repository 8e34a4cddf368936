#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "common/result.h"

namespace emotion::load {

struct RateSearchOptions {
  // Requests a second of the first trial; above 0.
  double start = 100;
  // No rate beyond these is tried.
  double lowest = 0.1;
  double highest = 1e6;
  // The search ends when met and missed rates are this close: 0.02 is 2 %.
  double precision = 0.02;
  // So many equal verdicts decide about each end of the last bracket.
  int confirmations = 2;
  // Bounds the time of the whole search.
  std::size_t max_trials = 60;
};

struct RateTrial {
  double rate;
  bool met;
};

struct RateSearchOutcome {
  // The highest rate that was confirmed; 0 if none was.
  double rate = 0;
  // Both ends of the bracket were confirmed. False when trials ran out or the
  // search left its range.
  bool settled = false;
  // In order.
  std::vector<RateTrial> trials;
};

// Runs one trial at a rate and says whether it met the objective. A failure
// ends the search.
using MeasureRate = std::function<Result<bool>(double rate)>;

// Finds the highest rate that meets an objective: doubles or halves until the
// rate lies in a bracket, bisects, then measures both ends again until each has
// `confirmations` equal verdicts. An end that proves wrong moves, and the
// bisection goes on, so that one lucky or unlucky trial decides nothing.
//
// Pure but for `measure`. INVALID_ARGUMENT names the option at fault.
Result<RateSearchOutcome> FindRate(const RateSearchOptions& options,
                                   const MeasureRate& measure);

}  // namespace emotion::load
