#pragma once

#include <cstddef>
#include <cstdint>

#include "server/kernels/precision.h"

namespace emotion::kernels {

// Rows of values, row-major. `stride` counts values from one row to the next.
template <typename T>
struct Rows {
  T* data = nullptr;
  std::size_t stride = 0;

  // Inlined always, so that no copy for one processor is linked for all.
  [[gnu::always_inline]] T* operator[](std::size_t row) const {
    return data + row * stride;
  }
};

// What a kernel reads of a PackedLinear, see there. No part may be missing but
// those that do not apply.
struct LinearView {
  std::size_t inputs = 0;
  const std::byte* weights = nullptr;
  const float* bias = nullptr;
  const float* residual_scale = nullptr;
  const float* scale = nullptr;
  const std::int32_t* correction = nullptr;
};

// Rows in the form that a linear of some precision reads; `stride` in bytes.
// Padding is not needed: the width is a multiple of 64 values.
struct Operand {
  Rows<std::byte> values;
  // int8: what one step of each row is worth. Otherwise unused.
  float* scale = nullptr;
  // int8: whether the bytes hold value + 128 (any sign) or value (none below
  // 0).
  bool centred = false;
};

// One call of a linear for some rows and some of its panels of columns:
//
//   output = activation(input W^T + bias + residual * residual_scale)
struct LinearCall {
  LinearView linear;
  std::size_t panel_begin = 0;
  std::size_t panel_end = 0;
  std::size_t rows = 0;
  Operand input;
  Rows<float> output;
  // Read if the linear has a residual scale; may be the output itself.
  Rows<const float> residual;
  bool relu = false;
};

// Attention of one dialogue over its own tokens. Head h reads the columns
// [h * 32, h * 32 + 32) of queries, keys and values and writes those of the
// output; heads [head_begin, head_end) are done.
struct AttentionCall {
  std::size_t head_begin = 0;
  std::size_t head_end = 0;
  std::size_t queries = 0;
  std::size_t tokens = 0;
  Rows<const float> query;
  Rows<const float> key;
  Rows<const float> value;
  Rows<float> output;
  // AttentionScratch(tokens) floats, aligned to 64 bytes.
  float* scratch = nullptr;
};

inline constexpr std::size_t kHeadSize = 32;

// Floats of scratch memory that attention over so many tokens needs.
constexpr std::size_t AttentionScratch(std::size_t tokens) {
  const std::size_t padded = (tokens + 15) / 16 * 16;
  return (kHeadSize + 4) * padded;
}

// The operations of one precision in one instruction set. All functions are
// pure but for what their arguments point to, thread-safe, and never throw.
struct KernelTable {
  // "avx512-vnni": the instruction set that the linears use.
  const char* name;
  Precision precision;
  // Columns of a panel: what one pass over the inputs computes.
  std::size_t panel_columns;
  // Rows at which the linears are at their best; more rows in one call are cut
  // into pieces of at most this.
  std::size_t block_rows;

  // Writes `rows` rows of `width` values as an operand. `centred` is set by the
  // caller: whether values may be below 0.
  void (*prepare)(Rows<const float> input, std::size_t rows, std::size_t width,
                  const Operand& output);
  void (*linear)(const LinearCall& call);
  void (*attend)(const AttentionCall& call);
};

}  // namespace emotion::kernels
