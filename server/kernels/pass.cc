#include "server/kernels/pass.h"

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

Pass::Pass(const PackedMobileBert& model, const KernelTable& kernels,
           const Share& share, Workspace& workspace, Scratch& scratch,
           Membership membership)
    : model_(model),
      kernels_(kernels),
      share_(share),
      work_(workspace),
      scratch_(scratch),
      membership_(membership) {}

void Pass::Run(const PackedBatch& batch) {
  const std::vector<Tile> tiles =
      CutTiles(share_, kTileRows * membership_.members);
  for (const Tile& tile : tiles) Embed(batch, tile);
  for (std::size_t i = 0; i + 1 < model_.layers.size(); ++i) {
    for (const Tile& tile : tiles) Layer(model_.layers[i], tile);
  }
  Meet();
  LastLayer(model_.layers.back(), tiles);
  Meet();
}

Pass::Stretch Pass::Mine(std::size_t count) const {
  const std::size_t member = membership_.member;
  const std::size_t members = membership_.members;
  return {count * member / members, count * (member + 1) / members};
}

void Pass::Meet() const {
  if (membership_.members > 1) membership_.barrier->Wait();
}

Pass::Shared Pass::NextShared() {
  const std::size_t next = membership_.members > 1 ? turn_++ % 2 : 0;
  return {work_.wide[next], work_.narrow[next]};
}

Operand Pass::Prepare(Rows<const float> input, std::size_t rows,
                      std::size_t width, bool centred) const {
  const Operand operand = scratch_.operand(width, centred);
  kernels_.prepare(input, rows, width, operand);
  return operand;
}

void Pass::Apply(const PackedLinear& linear, Columns columns, std::size_t rows,
                 const Operand& input, Rows<float> output,
                 Rows<const float> residual, bool relu) const {
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

void Pass::Apply(const PackedLinear& linear, std::size_t rows,
                 const Operand& input, Rows<float> output,
                 Rows<const float> residual, bool relu) const {
  Apply(linear, {0, linear.outputs}, rows, input, output, residual, relu);
}

void Pass::Embed(const PackedBatch& batch, const Tile& tile) {
  const std::size_t width = model_.shape.embedding;
  const std::size_t wide = model_.shape.hidden;
  const std::size_t first = share_.offsets[tile.begin];
  const Stretch mine = Mine(share_.offsets[tile.end] - first);
  for (std::size_t i = tile.begin; i < tile.end; ++i) {
    const auto token =
        static_cast<std::size_t>(batch.offsets[share_.dialogues[i]]);
    const auto length = static_cast<std::ptrdiff_t>(share_.length(i));
    for (std::ptrdiff_t j = 0; j < length; ++j) {
      const std::size_t row = share_.offsets[i] + static_cast<std::size_t>(j);
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

void Pass::Layer(const PackedLayer& layer, const Tile& tile) {
  const std::size_t inner = model_.shape.inner;
  const std::size_t first = share_.offsets[tile.begin];
  const Stretch mine = Mine(share_.offsets[tile.end] - first);
  const Rows<float> hidden = At(work_.hidden, first + mine.begin);
  const Shared shared = NextShared();

  Apply(layer.wide, mine.size(),
        Prepare(Read(hidden), mine.size(), model_.shape.hidden),
        At(shared.wide, mine.begin));
  Apply(layer.narrow, mine.size(),
        Prepare(Read(shared.wide, mine.begin, inner), mine.size(), inner),
        At(shared.narrow, mine.begin));
  Meet();
  Attend(tile, mine, shared);
  Finish(layer, mine.size(), Read(scratch_.context),
         Read(shared.wide, mine.begin), hidden);
}

void Pass::LastLayer(const PackedLayer& layer, std::span<const Tile> tiles) {
  const std::size_t inner = model_.shape.inner;
  const std::size_t width = model_.shape.hidden;
  const Stretch own = Mine(share_.size());
  for (std::size_t i = own.begin; i < own.end; ++i) {
    std::copy_n(work_.hidden[share_.offsets[i]], width, work_.cls_hidden[i]);
  }
  const Rows<float> hidden = At(work_.cls_hidden, own.begin);
  const Rows<float> wide = At(work_.cls_wide, own.begin);
  Apply(layer.wide, {0, 2 * inner}, own.size(),
        Prepare(Read(hidden), own.size(), width), wide);
  Apply(layer.narrow, {0, inner}, own.size(),
        Prepare(Read(wide, 0, inner), own.size(), inner),
        At(work_.cls_query, own.begin));
  for (const Tile& tile : tiles) {
    const std::size_t first = share_.offsets[tile.begin];
    const Stretch mine = Mine(share_.offsets[tile.end] - first);
    const Shared shared = NextShared();
    Apply(layer.wide, {inner, 3 * inner}, mine.size(),
          Prepare(Read(work_.hidden, first + mine.begin), mine.size(), width),
          At(shared.wide, mine.begin));
    Apply(layer.narrow, {inner, 2 * inner}, mine.size(),
          Prepare(Read(shared.wide, mine.begin, inner), mine.size(), inner),
          At(shared.narrow, mine.begin));
    Meet();
    AttendFirst(tile, own, shared);
  }
  Finish(layer, own.size(), Read(work_.cls_context, own.begin), Read(wide),
         hidden);
}

void Pass::Attend(const Tile& tile, Stretch rows, const Shared& shared) {
  const std::size_t inner = model_.shape.inner;
  for (std::size_t i = tile.begin; i < tile.end; ++i) {
    const std::size_t row = share_.offsets[i] - share_.offsets[tile.begin];
    const std::size_t begin = std::max(row, rows.begin);
    const std::size_t end = std::min(row + share_.length(i), rows.end);
    if (begin >= end) continue;
    kernels_.attend(
        {0, inner / kHeadSize, end - begin, share_.length(i),
         Read(shared.narrow, begin), Read(shared.narrow, row, inner),
         Read(shared.wide, row, 2 * inner),
         At(scratch_.context, begin - rows.begin), scratch_.attention});
  }
}

void Pass::AttendFirst(const Tile& tile, Stretch dialogues,
                       const Shared& shared) {
  const std::size_t inner = model_.shape.inner;
  const std::size_t end = std::min(tile.end, dialogues.end);
  for (std::size_t i = std::max(tile.begin, dialogues.begin); i < end; ++i) {
    const std::size_t row = share_.offsets[i] - share_.offsets[tile.begin];
    kernels_.attend({0, inner / kHeadSize, 1, share_.length(i),
                     Read(work_.cls_query, i), Read(shared.narrow, row, inner),
                     Read(shared.wide, row, 2 * inner),
                     At(work_.cls_context, i), scratch_.attention});
  }
}

void Pass::Finish(const PackedLayer& layer, std::size_t rows,
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
