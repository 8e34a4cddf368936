#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "server/kernels/kernel_table.h"
#include "server/kernels/packed_mobilebert.h"
#include "server/kernels/shard.h"
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

// One of the `size` threads that compute a shard, with the barrier that they
// all wait at.
struct Participant {
  // From 0 to size - 1.
  std::size_t rank = 0;
  std::size_t size = 1;
  // May be null if size is 1.
  Barrier* barrier = nullptr;
};

// The forward pass of one shard, as one rank computes it. Ranks that share a
// shard each own a range of rows of every tile, or of dialogues where only
// [CLS] is left, and pass a barrier once a layer: attention reads the keys and
// values of all rows, everything else only rows of the rank itself. Each value
// is computed as it would be by one rank alone, so the logits have the same
// bits.
class ForwardPass {
 public:
  // All must outlive this. `workspace` fits the shard and is common to its
  // ranks; `scratch` belongs to this rank.
  ForwardPass(const PackedMobileBert& model, const KernelTable& kernels,
              const Shard& shard, Workspace& workspace, Scratch& scratch,
              Participant participant);

  // Runs all layers. When all ranks have returned, cls_hidden of the
  // workspace holds the last hidden state of [CLS] of each dialogue.
  void Run(const PackedBatch& batch);

 private:
  // The columns of a linear that are wanted.
  struct ColumnRange {
    std::size_t begin;
    std::size_t end;
  };
  // Rows of a tile, or dialogues.
  struct RowRange {
    std::size_t begin;
    std::size_t end;

    std::size_t size() const { return end - begin; }
  };
  // What the ranks write for each other in one tile of one layer.
  struct TileBuffers {
    Rows<float> wide;
    Rows<float> narrow;
  };

  // The range of `count` rows that this rank owns.
  RowRange OwnRows(std::size_t count) const;
  // Waits until all ranks have come here.
  void Synchronize() const;
  // Two pairs of buffers in turn, so that a rank that is behind can still read
  // those of the tile before.
  TileBuffers NextBuffers();

  Operand Prepare(Rows<const float> input, std::size_t rows, std::size_t width,
                  bool centred = true) const;
  // Some columns of a linear; writes them at their place in `output`.
  void Apply(const PackedLinear& linear, ColumnRange columns, std::size_t rows,
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
  void Attend(const Tile& tile, RowRange rows, const TileBuffers& buffers);
  // Attention of [CLS] of those of some dialogues that are in a tile.
  void AttendFirst(const Tile& tile, RowRange dialogues,
                   const TileBuffers& buffers);
  // From the context to the next hidden state, for rows of any kind.
  void Finish(const PackedLayer& layer, std::size_t rows,
              Rows<const float> context, Rows<const float> residual,
              Rows<float> hidden);

  const PackedMobileBert& model_;
  const KernelTable& kernels_;
  const Shard& shard_;
  Workspace& work_;
  Scratch& scratch_;
  const Participant participant_;
  // How many tiles' buffers were handed out.
  std::size_t tiles_begun_ = 0;
};

}  // namespace emotion::kernels
