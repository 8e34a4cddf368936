#pragma once

#include <cstddef>

#include "common/clock.h"
#include "server/batching/cost_model.h"

namespace emotion {

// A measured cost, kept true while the machine does other things beside: all
// its parts are scaled by how long batches have lately taken, each new batch
// weighing a tenth, within a factor of 100 either way. Not thread-safe.
class CostTracker {
 public:
  // An unknown cost stays unknown.
  explicit CostTracker(const CostModel& measured)
      : measured_(measured), cost_(measured) {}

  // A batch took `busy`.
  void Record(std::size_t items, std::size_t tokens, Clock::Duration busy);

  const CostModel& cost() const { return cost_; }

 private:
  const CostModel measured_;
  double scale_ = 1;
  CostModel cost_;
};

}  // namespace emotion
