#pragma once

#include <cstddef>

#include "server/kernels/kernel_table.h"

namespace emotion::kernels {

// Dynamic quantisation, a scale for each row: chosen when the row is known, so
// nothing needs to be calibrated beforehand, and an outlier in one token does
// not coarsen the others. It reads the row twice, once for the largest
// magnitude; four maxima side by side hide the latency of each.
//
// One row to uint8. The largest magnitude becomes 127 steps from the middle, or
// 255 steps from 0 if no value is below 0.
template <class S>
void QuantizeRow(const float* input, std::size_t width, bool centred,
                 std::byte* output, float* scale) {
  typename S::Float largest[4];
#pragma GCC unroll 4
  for (std::size_t v = 0; v < 4; ++v) largest[v] = S::Set(0);
  for (std::size_t i = 0; i < width; i += 4 * S::kLanes) {
#pragma GCC unroll 4
    for (std::size_t v = 0; v < 4; ++v) {
      const auto values = S::Load(input + i + v * S::kLanes);
      largest[v] = S::Max(largest[v], S::Abs(values));
    }
  }
  const float steps = centred ? 127.0F : 255.0F;
  const float magnitude = S::ReduceMax(
      S::Max(S::Max(largest[0], largest[1]), S::Max(largest[2], largest[3])));
  *scale = magnitude / steps;
  const auto factor = S::Set(magnitude > 0 ? steps / magnitude : 0.0F);
  for (std::size_t i = 0; i < width; i += 4 * S::kLanes) {
    typename S::Float values[4];
#pragma GCC unroll 4
    for (std::size_t v = 0; v < 4; ++v) {
      values[v] = S::Mul(S::Load(input + i + v * S::kLanes), factor);
    }
    if (centred) {
      S::StoreCentredBytes(output + i, values);
    } else {
      S::StoreBytes(output + i, values);
    }
  }
}

// KernelTable::prepare.
template <class S, Precision kPrecision>
void Prepare(Rows<const float> input, std::size_t rows, std::size_t width,
             const Operand& output) {
  for (std::size_t row = 0; row < rows; ++row) {
    const float* from = input[row];
    std::byte* to = output.values[row];
    if constexpr (kPrecision == Precision::kInt8) {
      QuantizeRow<S>(from, width, output.centred, to, output.scale + row);
    } else if constexpr (kPrecision == Precision::kBf16) {
      for (std::size_t i = 0; i < width; i += S::kLanes) {
        S::StoreBf16(to + 2 * i, S::Load(from + i));
      }
    } else {
      __builtin_memcpy(to, from, width * sizeof(float));
    }
  }
}

}  // namespace emotion::kernels
