#include "server/kernels/forward_pass.h"

#include <algorithm>

namespace emotion::kernels {
namespace {

Rows<float> At(Rows<float> rows, std::size_t row, std::size_t column = 0) {
  return {rows[row] + column, rows.stride};
}

Rows<const float> Read(Rows<float> rows, std::size_t row = 0,
                       std::size_t column = 0) {
  return {rows[row] + column, rows.stride};
}

}  // namespace

ForwardPass::ForwardPass(const PackedMobileBert& model,
                         const KernelTable& kernels, const Shard& shard,
                         Workspace& workspace, Scratch& scratch,
                         Participant participant)
    : model_(model),
      kernels_(kernels),
      shard_(shard),
      work_(workspace),
      scratch_(scratch),
      participant_(participant) {}

// Layers outside, tiles inside: a layer's weights (0.84 MB in int8) come from
// memory once and stay in the second-level cache while all tiles go through.
// A layer replaces the rows of `hidden` in place, which no other tile reads.
//
// The barrier before the last layer: a rank takes up the [CLS] rows of its
// range of dialogues there, and other ranks may have written them.
void ForwardPass::Run(const PackedBatch& batch) {
  const std::vector<Tile> tiles =
      CutTiles(shard_, kTileRows * participant_.size);
  for (const Tile& tile : tiles) Embed(batch, tile);
  for (std::size_t i = 0; i + 1 < model_.layers.size(); ++i) {
    for (const Tile& tile : tiles) Layer(model_.layers[i], tile);
  }
  Synchronize();
  LastLayer(model_.layers.back(), tiles);
  Synchronize();
}

ForwardPass::RowRange ForwardPass::OwnRows(std::size_t count) const {
  const std::size_t rank = participant_.rank;
  const std::size_t size = participant_.size;
  return {count * rank / size, count * (rank + 1) / size};
}

void ForwardPass::Synchronize() const {
  if (participant_.size > 1) participant_.barrier->Wait();
}

// Why one barrier a tile and two pairs of buffers are enough: a rank writes its
// rows of pair t % 2, waits, and reads all rows of it. It writes that pair
// again in tile t + 2, after the barrier of tile t + 1, which every rank enters
// only when it has read pair t % 2.
ForwardPass::TileBuffers ForwardPass::NextBuffers() {
  const std::size_t next = participant_.size > 1 ? tiles_begun_++ % 2 : 0;
  return {work_.wide[next], work_.narrow[next]};
}

Operand ForwardPass::Prepare(Rows<const float> input, std::size_t rows,
                             std::size_t width, bool centred) const {
  const Operand operand = scratch_.operand(width, centred);
  kernels_.prepare(input, rows, width, operand);
  return operand;
}

void ForwardPass::Apply(const PackedLinear& linear, ColumnRange columns,
                        std::size_t rows, const Operand& input,
                        Rows<float> output, Rows<const float> residual,
                        bool relu) const {
  LinearCall call;
  call.linear = linear.view();
  call.panel_begin = columns.begin / linear.panel_columns;
  call.panel_end = columns.end / linear.panel_columns;
  call.rows = rows;
  call.input = input;
  call.output = output;
  call.residual = residual;
  call.relu = relu;
  kernels_.linear(call);
}

void ForwardPass::Apply(const PackedLinear& linear, std::size_t rows,
                        const Operand& input, Rows<float> output,
                        Rows<const float> residual, bool relu) const {
  Apply(linear, {0, linear.outputs}, rows, input, output, residual, relu);
}

// MobileBERT's input, a convolution of width 3 (arXiv 2004.02984): the
// embeddings of the next, this and the previous token side by side, zeros
// beyond the dialogue's ends, through a linear to the hidden width. Position
// and segment are added as that linear's residual, so they are put where the
// output will be.
void ForwardPass::Embed(const PackedBatch& batch, const Tile& tile) {
  const std::size_t width = model_.shape.embedding;
  const std::size_t wide = model_.shape.hidden;
  const std::size_t first = shard_.offsets[tile.begin];
  const RowRange mine = OwnRows(shard_.offsets[tile.end] - first);
  for (std::size_t i = tile.begin; i < tile.end; ++i) {
    const auto token =
        static_cast<std::size_t>(batch.offsets[shard_.dialogues[i]]);
    const auto length = static_cast<std::ptrdiff_t>(shard_.length(i));
    for (std::ptrdiff_t j = 0; j < length; ++j) {
      const std::size_t row = shard_.offsets[i] + static_cast<std::size_t>(j);
      if (row - first < mine.begin || row - first >= mine.end) continue;
      float* trigram = scratch_.trigrams[row - first - mine.begin];
      for (const std::ptrdiff_t at : {j + 1, j, j - 1}) {
        if (at < 0 || at == length) {
          std::fill_n(trigram, width, 0.0F);
        } else {
          const auto id = static_cast<std::size_t>(
              batch.token_ids[token + static_cast<std::size_t>(at)]);
          std::copy_n(model_.words.data() + id * width, width, trigram);
        }
        trigram += width;
      }
      const auto segment = static_cast<std::size_t>(
          batch.segment_ids[token + static_cast<std::size_t>(j)]);
      const float* a =
          model_.positions.data() + static_cast<std::size_t>(j) * wide;
      const float* b = model_.segments.data() + segment * wide;
      float* hidden = work_.hidden[row];
      for (std::size_t c = 0; c < wide; ++c) hidden[c] = a[c] + b[c];
    }
  }
  const Rows<const float> trigrams{scratch_.trigrams.data,
                                   scratch_.trigrams.stride};
  const Rows<float> hidden = At(work_.hidden, first + mine.begin);
  Apply(model_.transform, mine.size(),
        Prepare(trigrams, mine.size(), 3 * width), hidden, Read(hidden));
}

// One block. With b, s: the two bottlenecks of the input, Q, K of s and V of
// the input,
//
//   wide = [b | s | V], narrow = [Q | K], context = softmax(Q K^T / sqrt(32)) V
//
// The three projections that read the 512-wide input are one linear, as are
// those of queries and keys. Everything but attention is a function of one row,
// so a rank needs rows of its own only until the barrier, and keys and values
// of all after it.
void ForwardPass::Layer(const PackedLayer& layer, const Tile& tile) {
  const std::size_t inner = model_.shape.inner;
  const std::size_t first = shard_.offsets[tile.begin];
  const RowRange mine = OwnRows(shard_.offsets[tile.end] - first);
  const Rows<float> hidden = At(work_.hidden, first + mine.begin);
  const TileBuffers buffers = NextBuffers();

  Apply(layer.wide, mine.size(),
        Prepare(Read(hidden), mine.size(), model_.shape.hidden),
        At(buffers.wide, mine.begin));
  Apply(layer.narrow, mine.size(),
        Prepare(Read(buffers.wide, mine.begin, inner), mine.size(), inner),
        At(buffers.narrow, mine.begin));
  Synchronize();
  Attend(tile, mine, buffers);
  Finish(layer, mine.size(), Read(scratch_.context),
         Read(buffers.wide, mine.begin), hidden);
}

// The classifier reads [CLS] only. So the last layer computes keys and values
// for all rows, and bottleneck, query, attention and feed-forwards for one row
// a dialogue, which saves most of the layer.
void ForwardPass::LastLayer(const PackedLayer& layer,
                            std::span<const Tile> tiles) {
  const std::size_t inner = model_.shape.inner;
  const std::size_t width = model_.shape.hidden;
  const RowRange own = OwnRows(shard_.size());
  for (std::size_t i = own.begin; i < own.end; ++i) {
    std::copy_n(work_.hidden[shard_.offsets[i]], width, work_.cls_hidden[i]);
  }
  const Rows<float> hidden = At(work_.cls_hidden, own.begin);
  const Rows<float> wide = At(work_.cls_wide, own.begin);
  Apply(layer.wide, {0, 2 * inner}, own.size(),
        Prepare(Read(hidden), own.size(), width), wide);
  Apply(layer.narrow, {0, inner}, own.size(),
        Prepare(Read(wide, 0, inner), own.size(), inner),
        At(work_.cls_query, own.begin));
  for (const Tile& tile : tiles) {
    const std::size_t first = shard_.offsets[tile.begin];
    const RowRange mine = OwnRows(shard_.offsets[tile.end] - first);
    const TileBuffers buffers = NextBuffers();
    Apply(layer.wide, {inner, 3 * inner}, mine.size(),
          Prepare(Read(work_.hidden, first + mine.begin), mine.size(), width),
          At(buffers.wide, mine.begin));
    Apply(layer.narrow, {inner, 2 * inner}, mine.size(),
          Prepare(Read(buffers.wide, mine.begin, inner), mine.size(), inner),
          At(buffers.narrow, mine.begin));
    Synchronize();
    AttendFirst(tile, own, buffers);
  }
  Finish(layer, own.size(), Read(work_.cls_context, own.begin), Read(wide),
         hidden);
}

// Packed attention: keys and values are those of the dialogue's own rows, so
// there is no mask and nothing is computed for padding. A rank's range may
// begin and end inside a dialogue; then it attends with some of its queries
// only.
void ForwardPass::Attend(const Tile& tile, RowRange rows,
                         const TileBuffers& buffers) {
  const std::size_t inner = model_.shape.inner;
  for (std::size_t i = tile.begin; i < tile.end; ++i) {
    const std::size_t row = shard_.offsets[i] - shard_.offsets[tile.begin];
    const std::size_t begin = std::max(row, rows.begin);
    const std::size_t end = std::min(row + shard_.length(i), rows.end);
    if (begin >= end) continue;
    kernels_.attend(
        {0, inner / kHeadSize, end - begin, shard_.length(i),
         Read(buffers.narrow, begin), Read(buffers.narrow, row, inner),
         Read(buffers.wide, row, 2 * inner),
         At(scratch_.context, begin - rows.begin), scratch_.attention});
  }
}

void ForwardPass::AttendFirst(const Tile& tile, RowRange dialogues,
                              const TileBuffers& buffers) {
  const std::size_t inner = model_.shape.inner;
  const std::size_t end = std::min(tile.end, dialogues.end);
  for (std::size_t i = std::max(tile.begin, dialogues.begin); i < end; ++i) {
    const std::size_t row = shard_.offsets[i] - shard_.offsets[tile.begin];
    kernels_.attend({0, inner / kHeadSize, 1, shard_.length(i),
                     Read(work_.cls_query, i), Read(buffers.narrow, row, inner),
                     Read(buffers.wide, row, 2 * inner),
                     At(work_.cls_context, i), scratch_.attention});
  }
}

// Attention's output linear, the stack of small feed-forwards, and the way back
// to the hidden width. A no_norm is x * weight + bias without statistics; the
// export folds it into the linear before it and leaves the scale of the
// residual. What ReLU has raised is not below 0, so it is quantised in 255
// steps instead of 127.
void ForwardPass::Finish(const PackedLayer& layer, std::size_t rows,
                         Rows<const float> context, Rows<const float> residual,
                         Rows<float> hidden) {
  const std::size_t inner = model_.shape.inner;
  const std::size_t intermediate = model_.shape.intermediate;
  const Rows<float> state = scratch_.state;
  Apply(layer.mix, rows, Prepare(context, rows, inner), state, residual);
  for (std::size_t i = 0; i < layer.up.size(); ++i) {
    Apply(layer.up[i], rows, Prepare(Read(state), rows, inner), scratch_.raised,
          {}, true);
    Apply(layer.down[i], rows,
          Prepare(Read(scratch_.raised), rows, intermediate, false), state,
          Read(state));
  }
  Apply(layer.widen, rows, Prepare(Read(state), rows, inner), hidden,
        Read(hidden));
}

}  // namespace emotion::kernels
