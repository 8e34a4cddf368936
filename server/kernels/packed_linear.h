#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "server/kernels/aligned_vector.h"
#include "server/kernels/kernel_table.h"
#include "server/kernels/precision.h"

namespace emotion::kernels {

// A linear as a model file holds it. Weights are row-major, [outputs, inputs].
// Views: the memory must live while the linear is being packed.
struct LinearWeights {
  std::size_t outputs = 0;
  std::size_t inputs = 0;
  // One of the two is given: fp32 weights, or int8 weights with one scale an
  // output.
  std::span<const float> weight;
  std::span<const std::int8_t> int8_weight;
  std::span<const float> scale;
  std::span<const float> bias;
  // One value an output; empty if nothing is added.
  std::span<const float> residual_scale;
};

// A linear in the order that the kernels read: panels of `panel_columns`
// outputs one after another; in a panel, for each word of the input, the
// matching words of all its columns.
struct PackedLinear {
  std::size_t outputs = 0;
  std::size_t inputs = 0;
  std::size_t panel_columns = 0;
  AlignedVector<std::byte> weights;
  AlignedVector<float> bias;
  AlignedVector<float> residual_scale;
  // int8 only: what one step of each weight is worth, and minus 128 times the
  // sum of its weights, which takes back what centred inputs carry too much.
  AlignedVector<float> scale;
  AlignedVector<std::int32_t> correction;

  std::size_t panels() const { return outputs / panel_columns; }
  LinearView view() const;
};

// Packs for one precision. fp32 weights are rounded as the precision asks; for
// int8 that is to 127 steps each way of the largest weight of an output.
// REQUIRES: inputs and outputs are multiples of 64, panel_columns divides 64,
// the spans have the sizes named above; int8 weights only for kInt8.
PackedLinear PackLinear(const LinearWeights& weights, Precision precision,
                        std::size_t panel_columns);

// To the nearest bfloat16, ties to even; the upper half of its fp32 form.
std::uint16_t ToBf16(float value);

}  // namespace emotion::kernels
