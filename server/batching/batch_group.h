#pragma once

#include "server/batching/cost_model.h"

namespace emotion {

// What items have in common that may ride in one batch: here, their model.
// Items of different groups never share a batch. A group is known by its
// address, and must outlive the items that name it. Immutable.
struct BatchGroup {
  // What a batch of this group takes on this machine, as it was measured.
  // Unknown: only the limits on items and tokens bound its batches.
  CostModel cost{};
};

}  // namespace emotion
