#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "server/kernels/packed_linear.h"

namespace emotion::kernels {

// The sizes of a MobileBERT (arXiv 2004.02984) with bottlenecks, keys and
// queries from a shared bottleneck, trigram input, ReLU and no_norm.
struct MobileBertShape {
  std::size_t hidden = 512;
  std::size_t inner = 128;
  std::size_t embedding = 128;
  std::size_t intermediate = 512;
  std::size_t feed_forwards = 4;
  std::size_t layers = 24;
  std::size_t vocabulary = 0;
  std::size_t positions = 512;
  std::size_t segments = 2;
  std::size_t labels = 4;
};

// One block. Norms are folded into the linears: what is left of them is the
// scale of each residual.
struct LayerWeights {
  // hidden to [inner | what `narrow` reads | values], 3 * inner.
  LinearWeights wide;
  // inner to [queries | keys], 2 * inner.
  LinearWeights narrow;
  // Context to inner; its residual is the first part of `wide`.
  LinearWeights mix;
  // inner to intermediate and back, one after another.
  std::vector<LinearWeights> up;
  std::vector<LinearWeights> down;
  // inner to hidden; its residual is the block's input.
  LinearWeights widen;
};

// Views of a model's numbers; the memory must live while it is being packed.
struct MobileBertWeights {
  MobileBertShape shape;
  // [vocabulary, embedding]
  std::span<const float> words;
  // [positions, hidden]
  std::span<const float> positions;
  // [segments, hidden]
  std::span<const float> segments;
  // [next | this | previous] word, 3 * embedding, to hidden. Its residual is
  // position plus segment, with scale 1.
  LinearWeights transform;
  std::vector<LayerWeights> layers;
  // Hidden to hidden with tanh, for [CLS]; left out if it has no outputs.
  LinearWeights pooler;
  // Hidden to labels, always fp32.
  LinearWeights classifier;
};

// What makes the kernels unfit for this model, as a sentence, or nothing: sizes
// that are not multiples of 64, heads that are not 32 wide, spans of other
// sizes than the shape says.
std::string FindFault(const MobileBertWeights& weights);

}  // namespace emotion::kernels
