#pragma once

#include <span>
#include <string>
#include <vector>

#include "server/domain/encoding.h"
#include "server/kernels/precision.h"

namespace emotion::bench {

// Where the time of a forward pass goes.
struct OperatorTime {
  std::string name;
  // Of the whole pass, 0 to 1.
  double share = 0;
};

struct OperatorTimes {
  std::vector<OperatorTime> parts;
  // Of the linears alone, as the pass calls them: billions of operations a
  // second, counting what is really done.
  double linears_gops = 0;
  // Of a batch, on average.
  double tokens = 0;
};

// Runs the fastest kernels of a precision, on one thread, over `dialogues` in
// batches of `batch_size`, with random weights of the default model's shape
// (time does not depend on the numbers), and times every call of a kernel.
OperatorTimes MeasureOperators(kernels::Precision precision,
                               std::span<const Encoding> dialogues,
                               std::size_t batch_size, std::size_t vocabulary);

}  // namespace emotion::bench
