#pragma once

#include <cstddef>

#include "server/kernels/precision.h"

namespace emotion::bench {

// The most that the processor does in one precision: billions of operations a
// second (a multiplication and an addition are two) in a loop that touches only
// registers, on `threads` threads at once. Uses the widest instructions that
// the kernels use on this processor. Takes about `seconds`. 0 if the processor
// has no instructions for it.
double MeasureRoof(kernels::Precision precision, std::size_t threads,
                   double seconds);

}  // namespace emotion::bench
