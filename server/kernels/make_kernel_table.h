#pragma once

#include "server/kernels/attention_kernel.h"
#include "server/kernels/kernel_table.h"
#include "server/kernels/linear_kernel.h"
#include "server/kernels/prepare_kernel.h"

namespace emotion::kernels {

// The templates put together, for one instruction set S (see simd_portable.h).
// Include only in a file that is compiled for that instruction set.
template <class S, Precision kPrecision>
constexpr KernelTable MakeKernelTable(const char* name) {
  return {name,
          kPrecision,
          2 * S::kLanes,
          S::kBlockRows,
          &Prepare<S, kPrecision>,
          &Linear<S, kPrecision>,
          &Attend<S>};
}

}  // namespace emotion::kernels
