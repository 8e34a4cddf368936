#pragma once

#include <array>
#include <cstddef>

#include "server/kernels/aligned_vector.h"
#include "server/kernels/kernel_table.h"
#include "server/kernels/mobilebert_weights.h"
#include "server/kernels/share.h"

namespace emotion::kernels {

// Rows that a member takes through a whole layer together: few enough that they
// and the layer's weights stay in a second-level cache of 1 MiB, enough that
// each weight that is loaded is used often.
inline constexpr std::size_t kTileRows = 48;

// Memory for the states of one share. It grows with the largest share seen and
// is kept. All members of a team that work on a share write here, each its own
// rows.
class Workspace {
 public:
  // Makes room for so many members; what was there is lost.
  void Fit(const MobileBertShape& shape, const Share& share,
           std::size_t members);

  // One row a token of the share.
  Rows<float> hidden;
  // One row a token of a tile. Twice, so that one member can write while
  // another still reads; a member alone uses the first of each.
  std::array<Rows<float>, 2> wide;
  std::array<Rows<float>, 2> narrow;
  // One row a dialogue of the share: the same states for [CLS] alone.
  Rows<float> cls_hidden;
  Rows<float> cls_wide;
  Rows<float> cls_query;
  Rows<float> cls_context;

 private:
  AlignedVector<float> memory_;
};

// Memory of one member for what nobody else reads.
class Scratch {
 public:
  void Fit(const MobileBertShape& shape, const Share& share,
           std::size_t members, Precision precision);

  // An operand of this width for any rows of a tile.
  Operand operand(std::size_t width, bool centred);
  // One row for each that is the member's own. The first: three embeddings.
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
