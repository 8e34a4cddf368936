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
  const std::vector<Tile> tiles = CutTiles(share_, kTileRows);
  for (const Tile& tile : tiles) Embed(batch, tile);
  Meet();
  for (std::size_t i = 0; i + 1 < model_.layers.size(); ++i) {
    for (const Tile& tile : tiles) Layer(model_.layers[i], tile);
  }
  LastLayer(model_.layers.back(), tiles);
}

Pass::Columns Pass::Mine(std::size_t begin, std::size_t end) const {
  const std::size_t heads = (end - begin) / kHeadSize;
  const auto [member, members, barrier] = membership_;
  return {begin + heads * member / members * kHeadSize,
          begin + heads * (member + 1) / members * kHeadSize};
}

void Pass::Meet() const {
  if (membership_.members > 1) membership_.barrier->Wait();
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

void Pass::Embed(const PackedBatch& batch, const Tile& tile) {
  const std::size_t width = model_.shape.embedding;
  const Columns columns = Mine(0, model_.shape.hidden);
  const std::size_t first = share_.offsets[tile.begin];
  for (std::size_t i = tile.begin; i < tile.end; ++i) {
    const auto token =
        static_cast<std::size_t>(batch.offsets[share_.dialogues[i]]);
    const auto length = static_cast<std::ptrdiff_t>(share_.length(i));
    for (std::ptrdiff_t j = 0; j < length; ++j) {
      const std::size_t row = share_.offsets[i] + static_cast<std::size_t>(j);
      float* trigram = scratch_.trigrams[row - first];
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
      const float* a = model_.positions.data() +
                       static_cast<std::size_t>(j) * model_.shape.hidden;
      const float* b = model_.segments.data() + segment * model_.shape.hidden;
      float* hidden = work_.hidden[row];
      for (std::size_t c = columns.begin; c < columns.end; ++c) {
        hidden[c] = a[c] + b[c];
      }
    }
  }
  const std::size_t rows = share_.offsets[tile.end] - first;
  const Rows<const float> trigrams{scratch_.trigrams.data,
                                   scratch_.trigrams.stride};
  const Rows<float> hidden = At(work_.hidden, first);
  Apply(model_.transform, columns, rows, Prepare(trigrams, rows, 3 * width),
        hidden, Read(hidden));
}

void Pass::Layer(const PackedLayer& layer, const Tile& tile) {
  const std::size_t inner = model_.shape.inner;
  const std::size_t first = share_.offsets[tile.begin];
  const std::size_t rows = share_.offsets[tile.end] - first;
  const Rows<float> hidden = At(work_.hidden, first);

  Apply(layer.wide, Mine(0, 3 * inner), rows,
        Prepare(Read(hidden), rows, model_.shape.hidden), work_.wide);
  Meet();
  const Operand shared = Prepare(Read(work_.wide, 0, inner), rows, inner);
  Apply(layer.narrow, Mine(0, inner), rows, shared, work_.narrow);
  Apply(layer.narrow, Mine(inner, 2 * inner), rows, shared, work_.narrow);
  Attend(tile);
  Meet();
  Finish(layer, rows, Read(work_.context), Read(work_.wide), hidden);
}

void Pass::LastLayer(const PackedLayer& layer, std::span<const Tile> tiles) {
  const std::size_t inner = model_.shape.inner;
  const std::size_t width = model_.shape.hidden;
  const std::size_t size = share_.size();
  const Columns columns = Mine(0, width);
  for (std::size_t i = 0; i < size; ++i) {
    const float* hidden = work_.hidden[share_.offsets[i]];
    std::copy(hidden + columns.begin, hidden + columns.end,
              work_.cls_hidden[i] + columns.begin);
  }
  Meet();
  Apply(layer.wide, Mine(0, 2 * inner), size,
        Prepare(Read(work_.cls_hidden), size, width), work_.cls_wide);
  Meet();
  Apply(layer.narrow, Mine(0, inner), size,
        Prepare(Read(work_.cls_wide, 0, inner), size, inner), work_.cls_query);
  for (const Tile& tile : tiles) {
    const std::size_t first = share_.offsets[tile.begin];
    const std::size_t rows = share_.offsets[tile.end] - first;
    Apply(layer.wide, Mine(inner, 3 * inner), rows,
          Prepare(Read(work_.hidden, first), rows, width), work_.wide);
    Meet();
    Apply(layer.narrow, Mine(inner, 2 * inner), rows,
          Prepare(Read(work_.wide, 0, inner), rows, inner), work_.narrow);
    AttendFirst(tile);
    Meet();
  }
  Finish(layer, size, Read(work_.cls_context), Read(work_.cls_wide),
         work_.cls_hidden);
}

void Pass::Attend(const Tile& tile) {
  const std::size_t inner = model_.shape.inner;
  const Columns columns = Mine(0, inner);
  for (std::size_t i = tile.begin; i < tile.end; ++i) {
    const std::size_t row = share_.offsets[i] - share_.offsets[tile.begin];
    kernels_.attend({columns.begin / kHeadSize, columns.end / kHeadSize,
                     share_.length(i), share_.length(i),
                     Read(work_.narrow, row), Read(work_.narrow, row, inner),
                     Read(work_.wide, row, 2 * inner), At(work_.context, row),
                     scratch_.attention});
  }
}

void Pass::AttendFirst(const Tile& tile) {
  const std::size_t inner = model_.shape.inner;
  const Columns columns = Mine(0, inner);
  for (std::size_t i = tile.begin; i < tile.end; ++i) {
    const std::size_t row = share_.offsets[i] - share_.offsets[tile.begin];
    kernels_.attend({columns.begin / kHeadSize, columns.end / kHeadSize, 1,
                     share_.length(i), Read(work_.cls_query, i),
                     Read(work_.narrow, row, inner),
                     Read(work_.wide, row, 2 * inner), At(work_.cls_context, i),
                     scratch_.attention});
  }
}

void Pass::Finish(const PackedLayer& layer, std::size_t rows,
                  Rows<const float> context, Rows<const float> residual,
                  Rows<float> hidden) {
  const std::size_t inner = model_.shape.inner;
  const std::size_t intermediate = model_.shape.intermediate;
  const Rows<float> state = work_.state;
  Apply(layer.mix, Mine(0, inner), rows, Prepare(context, rows, inner), state,
        residual);
  Meet();
  for (std::size_t i = 0; i < layer.up.size(); ++i) {
    Apply(layer.up[i], Mine(0, intermediate), rows,
          Prepare(Read(state), rows, inner), work_.raised, {}, true);
    Meet();
    Apply(layer.down[i], Mine(0, inner), rows,
          Prepare(Read(work_.raised), rows, intermediate, false), state,
          Read(state));
    Meet();
  }
  Apply(layer.widen, Mine(0, model_.shape.hidden), rows,
        Prepare(Read(state), rows, inner), hidden, Read(hidden));
  Meet();
}

}  // namespace emotion::kernels
