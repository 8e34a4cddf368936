#pragma once

#include <vector>

#include "server/kernels/kernel_table.h"

namespace emotion::kernels {

// Every table of this precision that the processor can run, the fastest first;
// the portable one is always the last.
std::vector<const KernelTable*> UsableKernels(Precision precision);

// Whether the processor multiplies in this precision by instructions of its
// own, so that it is faster than fp32.
bool IsNative(Precision precision);

}  // namespace emotion::kernels
