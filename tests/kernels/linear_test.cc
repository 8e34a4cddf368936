#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "server/kernels/packed_linear.h"
#include "tests/kernels/random_model.h"

namespace emotion::kernels {
namespace {

class LinearTest : public testing::TestWithParam<const KernelTable*> {
 protected:
  const KernelTable& table() const { return *GetParam(); }
};

// What a kernel is given, and the memory for its output.
struct Call {
  Call(const KernelTable& table, const LinearWeights& weights,
       std::size_t call_rows, bool centred, RandomNumbers& numbers)
      : packed(PackLinear(weights, table.precision, table.panel_columns)),
        rows(call_rows),
        width(weights.inputs),
        floats(numbers.Normal(rows * width, 1)),
        residuals(numbers.Normal(rows * weights.outputs, 1)),
        bytes(rows * width * BytesPerValue(table.precision)),
        scale(rows),
        output(rows * weights.outputs, NAN) {
    AlignedVector<float> input(floats.begin(), floats.end());
    if (!centred) {
      for (float& value : input) value = std::abs(value);
    }
    values.assign(input.begin(), input.end());
    operand = {{bytes.data(), width * BytesPerValue(table.precision)},
               scale.data(),
               centred};
    table.prepare({input.data(), width}, rows, width, operand);
    call.linear = packed.view();
    call.panel_end = packed.panels();
    call.rows = rows;
    call.input = operand;
    call.output = {output.data(), weights.outputs};
    call.residual = {residuals.data(), weights.outputs};
  }

  // What the kernel should write, from the operand as it was rounded.
  double Expected(const LinearWeights& weights, Precision precision,
                  std::size_t row, std::size_t column) const {
    double sum = weights.bias[column];
    for (std::size_t k = 0; k < width; ++k) {
      sum += Input(precision, row, k) * Weight(weights, precision, column, k);
    }
    if (!weights.residual_scale.empty()) {
      sum += residuals[row * weights.outputs + column] *
             static_cast<double>(weights.residual_scale[column]);
    }
    return call.relu ? std::max(sum, 0.0) : sum;
  }

  double Input(Precision precision, std::size_t row, std::size_t k) const {
    if (precision == Precision::kInt8) {
      const int byte = static_cast<int>(bytes[row * width + k]);
      return (byte - (operand.centred ? 128 : 0)) *
             static_cast<double>(scale[row]);
    }
    return Rounded(precision, values[row * width + k]);
  }

  double Weight(const LinearWeights& weights, Precision precision,
                std::size_t column, std::size_t k) const {
    const float weight = weights.weight[column * width + k];
    if (precision != Precision::kInt8) return Rounded(precision, weight);
    const double step = packed.scale[column];
    return std::nearbyint(weight / step) * step;
  }

  static double Rounded(Precision precision, float value) {
    if (precision == Precision::kFp32) return value;
    return std::bit_cast<float>(std::uint32_t{ToBf16(value)} << 16);
  }

  PackedLinear packed;
  std::size_t rows;
  std::size_t width;
  std::span<const float> floats;
  std::span<const float> residuals;
  std::vector<float> values;
  AlignedVector<std::byte> bytes;
  AlignedVector<float> scale;
  AlignedVector<float> output;
  Operand operand;
  LinearCall call;
};

TEST_P(LinearTest, AnyNumberOfRowsGivesWhatTheDefinitionGives) {
  RandomNumbers numbers(1);
  for (const bool residual : {false, true}) {
    const LinearWeights weights = numbers.Linear(192, 128, residual);
    for (std::size_t rows = 1; rows <= 2 * table().block_rows + 1; ++rows) {
      for (const bool centred : {true, false}) {
        Call call(table(), weights, rows, centred, numbers);
        table().linear(call.call);
        for (std::size_t i = 0; i < rows * 128; ++i) {
          ASSERT_NEAR(
              call.output[i],
              call.Expected(weights, table().precision, i / 128, i % 128), 2e-5)
              << rows << " rows, value " << i;
        }
      }
    }
  }
}

TEST_P(LinearTest, ReluLeavesNothingBelowZero) {
  RandomNumbers numbers(2);
  const LinearWeights weights = numbers.Linear(64, 64, false);
  Call call(table(), weights, 7, true, numbers);
  call.call.relu = true;
  table().linear(call.call);
  EXPECT_THAT(call.output, testing::Each(testing::Ge(0.0F)));
  EXPECT_THAT(call.output, testing::Contains(testing::Gt(0.0F)));
}

TEST_P(LinearTest, PanelsAreWrittenAloneAndNothingElse) {
  RandomNumbers numbers(3);
  const LinearWeights weights = numbers.Linear(64, 128, false);
  Call call(table(), weights, 5, true, numbers);
  call.call.panel_begin = 1;
  call.call.panel_end = 2;
  table().linear(call.call);
  const std::size_t columns = table().panel_columns;
  for (std::size_t i = 0; i < call.output.size(); ++i) {
    EXPECT_EQ(std::isnan(call.output[i]), i % 128 / columns != 1) << i;
  }
}

// The largest and smallest bytes that there are: sums must not saturate.
TEST_P(LinearTest, ExtremeValuesDoNotOverflow) {
  std::vector<float> values(512 * 64);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = i / 512 % 2 == 0 ? 1.0F : -1.0F;
  }
  const std::vector<float> bias(64, 0.0F);
  LinearWeights weights;
  weights.inputs = 512;
  weights.outputs = 64;
  weights.weight = values;
  weights.bias = bias;
  RandomNumbers numbers(4);
  for (const bool centred : {true, false}) {
    Call call(table(), weights, 1, centred, numbers);
    const std::vector<float> ones(512, 1.0F);
    table().prepare({ones.data(), 512}, 1, 512, call.operand);
    table().linear(call.call);
    for (std::size_t i = 0; i < 64; ++i) {
      EXPECT_NEAR(call.output[i], i % 2 == 0 ? 512 : -512, 1e-3);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, LinearTest,
                         testing::ValuesIn(AllUsableKernels()), KernelTestName);

TEST(PackLinearTest, GivenInt8WeightsAreKept) {
  std::vector<std::int8_t> weights(64 * 64);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    weights[i] = static_cast<std::int8_t>(i % 255 - 127);
  }
  const std::vector<float> scale(64, 0.5F);
  const std::vector<float> bias(64, 0.25F);
  LinearWeights linear;
  linear.inputs = 64;
  linear.outputs = 64;
  linear.int8_weight = weights;
  linear.scale = scale;
  linear.bias = bias;
  const PackedLinear packed = PackLinear(linear, Precision::kInt8, 32);
  EXPECT_THAT(packed.scale, testing::Each(0.5F));
  // Column 33 is the second of the second panel; its bytes 4 to 7 are the
  // second word.
  const std::size_t at = 32 * 64 + 32 * 4 + 1 * 4;
  for (std::size_t byte = 0; byte < 4; ++byte) {
    EXPECT_EQ(static_cast<std::int8_t>(packed.weights[at + byte]),
              weights[33 * 64 + 4 + byte]);
  }
  int sum = 0;
  for (std::size_t k = 0; k < 64; ++k) sum += weights[33 * 64 + k];
  EXPECT_EQ(packed.correction[33], -128 * sum);
}

TEST(ToBf16Test, RoundsToNearestAndTiesToEven) {
  EXPECT_EQ(ToBf16(1.0F), 0x3F80);
  EXPECT_EQ(ToBf16(std::bit_cast<float>(0x3F808000U)), 0x3F80);
  EXPECT_EQ(ToBf16(std::bit_cast<float>(0x3F818000U)), 0x3F82);
  EXPECT_EQ(ToBf16(std::bit_cast<float>(0x3F808001U)), 0x3F81);
  EXPECT_EQ(ToBf16(-2.0F), 0xC000);
}

}  // namespace
}  // namespace emotion::kernels
