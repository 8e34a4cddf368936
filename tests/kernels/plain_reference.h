#pragma once

#include <vector>

#include "server/kernels/forward_pass.h"
#include "server/kernels/mobilebert_weights.h"

namespace emotion::kernels {

// Logits [dialogues, labels] as the paper has it, in double precision: one
// value after another, nothing packed, fused or left out.
std::vector<double> PlainLogits(const MobileBertWeights& model,
                                const PackedBatch& batch);

// softmax(query . keys / sqrt(32)) times values, for one head of 32 columns.
std::vector<double> PlainAttention(
    const std::vector<double>& query,
    const std::vector<std::vector<double>>& keys,
    const std::vector<std::vector<double>>& values);

}  // namespace emotion::kernels
