#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "server/kernels/kernel_table.h"
#include "server/kernels/packed_mobilebert.h"
#include "server/kernels/share.h"
#include "server/kernels/thread_team.h"
#include "server/kernels/workspace.h"

namespace emotion::kernels {

// A batch of dialogues without padding, as in a TokenBatch; offsets has one
// more value than there are dialogues. Views.
struct PackedBatch {
  std::span<const std::int64_t> token_ids;
  std::span<const std::int64_t> segment_ids;
  std::span<const std::int64_t> offsets;
};

// Who works on a share: one of `members` that meet at `barrier`.
struct Membership {
  std::size_t member = 0;
  std::size_t members = 1;
  // May be null if there is one member.
  Barrier* barrier = nullptr;
};

// One member's way through the model with one share. Members that work on a
// share together each compute some columns of every linear and some heads, and
// meet before they read what others wrote; each value is computed as it would
// be by one member alone, so the answer has the same bits.
class Pass {
 public:
  // All must outlive the pass. `workspace` is shared by the members and fits
  // the share; `scratch` is this member's own.
  Pass(const PackedMobileBert& model, const KernelTable& kernels,
       const Share& share, Workspace& workspace, Scratch& scratch,
       Membership membership);

  // The whole model. When all members have returned, cls_hidden of the
  // workspace holds the last hidden state of [CLS] of each dialogue.
  void Run(const PackedBatch& batch);

 private:
  struct Columns {
    std::size_t begin;
    std::size_t end;
  };
  // This member's part of the columns [begin, end), in whole heads.
  Columns Mine(std::size_t begin, std::size_t end) const;
  void Meet() const;

  Operand Prepare(Rows<const float> input, std::size_t rows, std::size_t width,
                  bool centred = true) const;
  // The columns of a linear; writes them at their place in `output`.
  void Apply(const PackedLinear& linear, Columns columns, std::size_t rows,
             const Operand& input, Rows<float> output,
             Rows<const float> residual = {}, bool relu = false) const;

  void Embed(const PackedBatch& batch, const Tile& tile);
  void Layer(const PackedLayer& layer, const Tile& tile);
  void LastLayer(const PackedLayer& layer, std::span<const Tile> tiles);
  // Attention of the dialogues of a tile, from what wide and narrow hold.
  void Attend(const Tile& tile);
  void AttendFirst(const Tile& tile);
  // From the context to the next hidden state, for rows of any kind.
  void Finish(const PackedLayer& layer, std::size_t rows,
              Rows<const float> context, Rows<const float> residual,
              Rows<float> hidden);

  const PackedMobileBert& model_;
  const KernelTable& kernels_;
  const Share& share_;
  Workspace& work_;
  Scratch& scratch_;
  const Membership membership_;
};

}  // namespace emotion::kernels
