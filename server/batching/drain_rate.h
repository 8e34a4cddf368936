#pragma once

#include <chrono>
#include <cstddef>

#include "common/clock.h"
#include "server/batching/cost_model.h"

namespace emotion {

// How fast the workers have lately got through tokens, for telling a refused
// caller when to come back. Not thread-safe.
//
// Keeps exponential averages of a batch's tokens and of its time, each new
// batch weighing a tenth. The rate is their quotient times the number of
// workers; a long batch thus counts for more than a short one. Idle time is not
// in it: the question is asked when the queue is full and nobody is idle.
class DrainRate {
 public:
  // The answer while nothing has been measured, and the bounds of any other.
  static constexpr std::chrono::milliseconds kUnknown{50};
  static constexpr std::chrono::milliseconds kShortest{1};
  static constexpr std::chrono::milliseconds kLongest{5000};
  static constexpr std::size_t kFirstItems = 16;
  static constexpr std::size_t kFirstTokens = 320;

  // `workers`: how many batches run at a time.
  explicit DrainRate(std::size_t workers);

  // What batches should cost. If it is known, and while nothing has been
  // measured, the rate begins as if a batch of kFirstItems and kFirstTokens had
  // been.
  void Assume(const CostModel& cost);

  // A worker took `busy` for a batch of `tokens`. Nothing is learned if either
  // is zero.
  void Record(std::size_t tokens, Clock::Duration busy);

  // How long the workers need for `tokens`, rounded up.
  std::chrono::milliseconds TimeFor(std::size_t tokens) const;

 private:
  std::size_t workers_;
  double tokens_per_batch_ = 0;
  double seconds_per_batch_ = 0;
};

}  // namespace emotion
