#pragma once

#include "common/clock.h"
#include "server/batching/cost_model.h"

namespace emotion {

// Keeps measured costs true while the machine does other things beside: how
// much longer than measured batches have lately taken, each new batch weighing
// a tenth, within a factor of 100 either way. One factor for all groups, since
// what slows one down slows down all. Not thread-safe.
class CostTracker {
 public:
  // A batch that should have taken `expected` took `busy`. Batches of unknown
  // cost say nothing.
  void Record(Clock::Duration expected, Clock::Duration busy);

  // `measured` as it is now. An unknown cost stays unknown.
  CostModel Scaled(const CostModel& measured) const;

 private:
  double scale_ = 1;
};

}  // namespace emotion
