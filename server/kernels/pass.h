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
// share together each take some rows of every tile, or some dialogues where
// only [CLS] is left, and meet once a layer: attention reads the keys and
// values of all rows, everything else only rows of its own. Each value is
// computed as it would be by one member alone, so the answer has the same bits.
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
  // The columns of a linear that are wanted.
  struct Columns {
    std::size_t begin;
    std::size_t end;
  };
  // Rows of a tile, or dialogues.
  struct Stretch {
    std::size_t begin;
    std::size_t end;

    std::size_t size() const { return end - begin; }
  };
  // What one tile of one layer shows to all members.
  struct Shared {
    Rows<float> wide;
    Rows<float> narrow;
  };

  // This member's part of so many.
  Stretch Mine(std::size_t count) const;
  void Meet() const;
  // Where to write what others read, such that whoever is behind can still read
  // what the tile before has left.
  Shared NextShared();

  Operand Prepare(Rows<const float> input, std::size_t rows, std::size_t width,
                  bool centred = true) const;
  // Some columns of a linear; writes them at their place in `output`.
  void Apply(const PackedLinear& linear, Columns columns, std::size_t rows,
             const Operand& input, Rows<float> output,
             Rows<const float> residual = {}, bool relu = false) const;
  // All of them.
  void Apply(const PackedLinear& linear, std::size_t rows, const Operand& input,
             Rows<float> output, Rows<const float> residual = {},
             bool relu = false) const;

  void Embed(const PackedBatch& batch, const Tile& tile);
  void Layer(const PackedLayer& layer, const Tile& tile);
  void LastLayer(const PackedLayer& layer, std::span<const Tile> tiles);
  // Attention of some rows of a tile.
  void Attend(const Tile& tile, Stretch rows, const Shared& shared);
  // Attention of [CLS] of those of some dialogues that are in a tile.
  void AttendFirst(const Tile& tile, Stretch dialogues, const Shared& shared);
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
  // Counts what was shared.
  std::size_t turn_ = 0;
};

}  // namespace emotion::kernels
