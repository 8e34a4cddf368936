#pragma once

#include <array>
#include <cstddef>

#include "server/kernels/aligned_vector.h"
#include "server/kernels/kernel_table.h"
#include "server/kernels/mobilebert_weights.h"
#include "server/kernels/shard.h"

namespace emotion::kernels {

// Rows that a rank computes a whole layer for at a time: few enough that they
// and the layer's weights stay in a second-level cache of 1 MiB, enough that
// each weight that is loaded is used often.
inline constexpr std::size_t kTileRows = 48;

// Memory for the states of one shard. It grows with the largest shard seen and
// is kept. All ranks of the shard write here, each its own rows.
class Workspace {
 public:
  // Makes it fit the shard and its `size` ranks; what was there is lost.
  void Fit(const MobileBertShape& shape, const Shard& shard, std::size_t size);

  // One row a token of the shard.
  Rows<float> hidden;
  // One row a token of a tile. Twice, so that one rank can write while
  // another still reads; a single rank uses the first of each.
  std::array<Rows<float>, 2> wide;
  std::array<Rows<float>, 2> narrow;
  // One row a dialogue of the shard: the same states for [CLS] alone.
  Rows<float> cls_hidden;
  Rows<float> cls_wide;
  Rows<float> cls_query;
  Rows<float> cls_context;

 private:
  AlignedVector<float> memory_;
};

// Memory of one rank for what no other reads.
class Scratch {
 public:
  void Fit(const MobileBertShape& shape, const Shard& shard, std::size_t size,
           Precision precision);

  // An operand of this width for any rows of a tile.
  Operand operand(std::size_t width, bool centred);
  // A row for each that the rank owns. Of a trigram: three embeddings.
  Rows<float> trigrams;
  Rows<float> context;
  Rows<float> state;
  Rows<float> raised;
  // See AttentionCall.
  float* attention = nullptr;

 private:
  Precision precision_ = Precision::kFp32;
  AlignedVector<std::byte> operand_;
  AlignedVector<float> scale_;
  AlignedVector<float> memory_;
};

}  // namespace emotion::kernels
