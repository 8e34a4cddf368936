#pragma once

#include <cstddef>
#include <vector>

#include "server/kernels/aligned_vector.h"
#include "server/kernels/kernel_table.h"
#include "server/kernels/mobilebert_weights.h"
#include "server/kernels/packed_linear.h"

namespace emotion::kernels {

// LayerWeights in the order that the kernels read.
struct PackedLayer {
  PackedLinear wide;
  PackedLinear narrow;
  PackedLinear mix;
  std::vector<PackedLinear> up;
  std::vector<PackedLinear> down;
  PackedLinear widen;
};

// MobileBertWeights in the order that the kernels of one table read.
struct PackedMobileBert {
  MobileBertShape shape;
  AlignedVector<float> words;
  AlignedVector<float> positions;
  AlignedVector<float> segments;
  PackedLinear transform;
  std::vector<PackedLayer> layers;
  // Row-major fp32, used for few rows: [outputs, hidden]; empty pooler: none.
  AlignedVector<float> pooler;
  AlignedVector<float> pooler_bias;
  AlignedVector<float> classifier;
  AlignedVector<float> classifier_bias;
};

// REQUIRES: FindFault(weights) finds none.
PackedMobileBert PackMobileBert(const MobileBertWeights& weights,
                                const KernelTable& kernels);

}  // namespace emotion::kernels
