#pragma once

#include <cstddef>

#include "server/kernels/kernel_table.h"

namespace emotion::kernels {

// How one precision multiplies words, and what its sums are worth in one column
// of vectors. Columns keep what they need of the linear, so that it is loaded
// once for all rows.
template <class S, Precision kPrecision>
struct Column;

template <class S>
struct Column<S, Precision::kFp32> {
  using Sum = typename S::Float;

  Column(const LinearCall& call, std::size_t column)
      : bias(S::Load(call.linear.bias + column)) {}

  Sum Start() const { return S::Set(0); }
  static Sum Step(Sum sum, typename S::Int input, typename S::Int weight) {
    return S::DotFp32(sum, input, weight);
  }
  typename S::Float Finish(Sum sum, const LinearCall&, std::size_t) const {
    return S::Add(sum, bias);
  }

  typename S::Float bias;
};

template <class S>
struct Column<S, Precision::kBf16> : Column<S, Precision::kFp32> {
  using Sum = typename S::Float;
  using Column<S, Precision::kFp32>::Column;

  static Sum Step(Sum sum, typename S::Int input, typename S::Int weight) {
    return S::DotBf16(sum, input, weight);
  }
};

// x is about scale_x * q_x with a scale for each row, w about scale_w * q_w
// with one for each column, so x w is scale_x * scale_w * (sum of q_x q_w): the
// sum is exact in int32, and one multiply-add turns it into fp32 and adds the
// bias. Centred inputs hold q_x + 128; starting at the correction takes that
// back, see PackedLinear.
template <class S>
struct Column<S, Precision::kInt8> {
  using Sum = typename S::Int;

  Column(const LinearCall& call, std::size_t column)
      : bias(S::Load(call.linear.bias + column)),
        scale(S::Load(call.linear.scale + column)),
        correction(call.input.centred
                       ? S::LoadInt(call.linear.correction + column)
                       : S::SetInt(0)) {}

  Sum Start() const { return correction; }
  static Sum Step(Sum sum, Sum input, Sum weight) {
    return S::DotInt8(sum, input, weight);
  }
  typename S::Float Finish(Sum sum, const LinearCall& call,
                           std::size_t row) const {
    const auto step = S::Mul(S::Set(call.input.scale[row]), scale);
    return S::MulAdd(S::ToFloat(sum), step, bias);
  }

  typename S::Float bias;
  typename S::Float scale;
  typename S::Int correction;
};

// kRows rows by one panel of two vectors: every weight is loaded once for all
// rows, every sum stays in a register. Each step broadcasts a word of every row
// and multiplies it with the panel's two vectors, an outer product; the block's
// height is what the registers hold (see kBlockRows). While a panel is read,
// the next one is prefetched. Bias, scales, residual and ReLU are applied while
// the sums are still in registers, so an output is written once.
template <class S, Precision kPrecision, std::size_t kRows>
void LinearBlock(const LinearCall& call, std::size_t panel, std::size_t row) {
  using Arithmetic = Column<S, kPrecision>;
  constexpr std::size_t kVectorBytes = S::kLanes * sizeof(float);
  const std::size_t at = panel * 2 * S::kLanes;
  const std::size_t words = call.linear.inputs / ValuesPerWord(kPrecision);
  const std::byte* weight =
      call.linear.weights + panel * words * 2 * kVectorBytes;
  const std::byte* input = call.input.values[row];
  const std::size_t stride = call.input.values.stride;

  const std::size_t ahead = words * 2 * kVectorBytes;
  const Arithmetic first(call, at);
  const Arithmetic second(call, at + S::kLanes);
  typename Arithmetic::Sum sums[kRows][2];
#pragma GCC unroll 16
  for (std::size_t r = 0; r < kRows; ++r) {
    sums[r][0] = first.Start();
    sums[r][1] = second.Start();
  }
  for (std::size_t word = 0; word < words; ++word) {
    const auto first_weights = S::LoadInt(weight);
    const auto second_weights = S::LoadInt(weight + kVectorBytes);
#pragma GCC unroll 16
    for (std::size_t r = 0; r < kRows; ++r) {
      std::int32_t bits;
      __builtin_memcpy(&bits, input + r * stride, sizeof(bits));
      const auto values = S::SetInt(bits);
      sums[r][0] = Arithmetic::Step(sums[r][0], values, first_weights);
      sums[r][1] = Arithmetic::Step(sums[r][1], values, second_weights);
    }
    __builtin_prefetch(weight + ahead);
    __builtin_prefetch(weight + ahead + 64);
    weight += 2 * kVectorBytes;
    input += sizeof(float);
  }
  const auto floor = S::Set(call.relu ? 0.0F : -__builtin_inff());
  const bool adds = call.linear.residual_scale != nullptr;
  const float* scales = adds ? call.linear.residual_scale : call.linear.bias;
  const auto first_scale = S::Load(scales + at);
  const auto second_scale = S::Load(scales + at + S::kLanes);
#pragma GCC unroll 16
  for (std::size_t r = 0; r < kRows; ++r) {
    auto x = first.Finish(sums[r][0], call, row + r);
    auto y = second.Finish(sums[r][1], call, row + r);
    if (adds) {
      const float* residual = call.residual[row + r] + at;
      x = S::MulAdd(S::Load(residual), first_scale, x);
      y = S::MulAdd(S::Load(residual + S::kLanes), second_scale, y);
    }
    float* output = call.output[row + r] + at;
    S::Store(output, S::Max(x, floor));
    S::Store(output + S::kLanes, S::Max(y, floor));
  }
}

// Finds the block that has as many rows as are left.
template <class S, Precision kPrecision, std::size_t kRows = S::kBlockRows>
void LinearRows(const LinearCall& call, std::size_t panel, std::size_t row,
                std::size_t rows) {
  if constexpr (kRows == 1) {
    LinearBlock<S, kPrecision, 1>(call, panel, row);
  } else if (rows == kRows) {
    LinearBlock<S, kPrecision, kRows>(call, panel, row);
  } else {
    LinearRows<S, kPrecision, kRows - 1>(call, panel, row, rows);
  }
}

// KernelTable::linear. Rows are cut into blocks of nearly equal height, since a
// block of few rows loads too many weights for what it computes.
template <class S, Precision kPrecision>
void Linear(const LinearCall& call) {
  const std::size_t blocks = (call.rows + S::kBlockRows - 1) / S::kBlockRows;
  for (std::size_t panel = call.panel_begin; panel < call.panel_end; ++panel) {
    for (std::size_t block = 0; block < blocks; ++block) {
      const std::size_t begin = call.rows * block / blocks;
      const std::size_t end = call.rows * (block + 1) / blocks;
      LinearRows<S, kPrecision>(call, panel, begin, end - begin);
    }
  }
}

}  // namespace emotion::kernels
