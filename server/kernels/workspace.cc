#include "server/kernels/workspace.h"

#include <algorithm>

namespace emotion::kernels {
namespace {

std::size_t LongestDialogue(const Shard& shard) {
  std::size_t longest = 0;
  for (std::size_t i = 0; i < shard.size(); ++i) {
    longest = std::max(longest, shard.length(i));
  }
  return longest;
}

// The most rows that one step works on: those of a tile, or one [CLS] for each
// dialogue.
std::size_t StepRows(const Shard& shard, std::size_t size) {
  return std::max({std::min(kTileRows * size, shard.rows()),
                   LongestDialogue(shard), shard.size()});
}

// Hands out rows of one block of memory. Every width is a multiple of 64
// values, so each piece begins on a cache line as the block does.
class Carver {
 public:
  explicit Carver(float* memory) : next_(memory) {}

  Rows<float> Take(std::size_t rows, std::size_t width) {
    const Rows<float> taken{next_, width};
    next_ += rows * width;
    return taken;
  }

 private:
  float* next_;
};

// Never shrinks: after some batches nothing is allocated any more.
template <typename T>
void Grow(AlignedVector<T>& memory, std::size_t size) {
  if (memory.size() < size) memory.resize(size);
}

}  // namespace

void Workspace::Fit(const MobileBertShape& shape, const Shard& shard,
                    std::size_t size) {
  const std::size_t rows = StepRows(shard, size);
  // Both buffers of wide (3) and narrow (2).
  const std::size_t tile_width = 10 * shape.inner;
  // cls_hidden; cls_wide (3), cls_query and cls_context.
  const std::size_t cls_width = shape.hidden + 5 * shape.inner;
  Grow(memory_, shard.rows() * shape.hidden + rows * tile_width +
                    shard.size() * cls_width);
  Carver carver(memory_.data());
  hidden = carver.Take(shard.rows(), shape.hidden);
  for (Rows<float>& each : wide) each = carver.Take(rows, 3 * shape.inner);
  for (Rows<float>& each : narrow) each = carver.Take(rows, 2 * shape.inner);
  cls_hidden = carver.Take(shard.size(), shape.hidden);
  cls_wide = carver.Take(shard.size(), 3 * shape.inner);
  cls_query = carver.Take(shard.size(), shape.inner);
  cls_context = carver.Take(shard.size(), shape.inner);
}

void Scratch::Fit(const MobileBertShape& shape, const Shard& shard,
                  std::size_t size, Precision precision) {
  const std::size_t rows = StepRows(shard, size);
  const std::size_t widest =
      std::max({shape.hidden, shape.intermediate, 3 * shape.embedding});
  // Linears run one after another, so one operand serves them all.
  precision_ = precision;
  Grow(operand_, rows * widest * BytesPerValue(precision));
  Grow(scale_, rows);
  const std::size_t attention_floats = AttentionScratch(LongestDialogue(shard));
  Grow(memory_,
       attention_floats +
           rows * (3 * shape.embedding + 2 * shape.inner + shape.intermediate));
  attention = memory_.data();
  Carver carver(attention + attention_floats);
  trigrams = carver.Take(rows, 3 * shape.embedding);
  context = carver.Take(rows, shape.inner);
  state = carver.Take(rows, shape.inner);
  raised = carver.Take(rows, shape.intermediate);
}

Operand Scratch::operand(std::size_t width, bool centred) {
  return {{operand_.data(), width * BytesPerValue(precision_)},
          scale_.data(),
          centred};
}

}  // namespace emotion::kernels
