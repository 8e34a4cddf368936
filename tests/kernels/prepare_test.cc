#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "server/kernels/packed_linear.h"
#include "tests/kernels/random_model.h"

namespace emotion::kernels {
namespace {

constexpr std::size_t kWidth = 128;

class PrepareTest : public testing::TestWithParam<const KernelTable*> {
 protected:
  std::vector<std::byte> Prepare(std::span<const float> row, bool centred) {
    std::vector<std::byte> bytes(row.size() *
                                 BytesPerValue(GetParam()->precision));
    GetParam()->prepare({row.data(), row.size()}, 1, row.size(),
                        {{bytes.data(), bytes.size()}, &scale_, centred});
    return bytes;
  }

  float scale_ = NAN;
};

TEST_P(PrepareTest, EveryValueIsRoundedToTheNearestStep) {
  RandomNumbers numbers(5);
  const auto row = numbers.Normal(kWidth, 3);
  const auto bytes = Prepare(row, true);
  for (std::size_t i = 0; i < kWidth; ++i) {
    if (GetParam()->precision == Precision::kInt8) {
      const double value = (static_cast<int>(bytes[i]) - 128) * double{scale_};
      EXPECT_NEAR(value, row[i], scale_ * 0.5001) << i;
    } else if (GetParam()->precision == Precision::kBf16) {
      std::uint16_t value;
      std::memcpy(&value, &bytes[2 * i], sizeof(value));
      EXPECT_EQ(value, ToBf16(row[i])) << i;
    } else {
      float value;
      std::memcpy(&value, &bytes[4 * i], sizeof(value));
      EXPECT_EQ(value, row[i]) << i;
    }
  }
}

TEST_P(PrepareTest, Int8UsesItsWholeRange) {
  if (GetParam()->precision != Precision::kInt8) return;
  std::vector<float> row(kWidth, 0.0F);
  row[3] = -2.0F;
  row[77] = 1.0F;
  auto bytes = Prepare(row, true);
  EXPECT_FLOAT_EQ(scale_, 2.0F / 127);
  EXPECT_EQ(static_cast<int>(bytes[3]), 1);
  EXPECT_EQ(static_cast<int>(bytes[77]), 128 + 64);
  EXPECT_EQ(static_cast<int>(bytes[0]), 128);
  row[3] = 0.0F;
  bytes = Prepare(row, false);
  EXPECT_FLOAT_EQ(scale_, 1.0F / 255);
  EXPECT_EQ(static_cast<int>(bytes[77]), 255);
  EXPECT_EQ(static_cast<int>(bytes[0]), 0);
}

TEST_P(PrepareTest, ARowOfZerosStaysZero) {
  const std::vector<float> row(kWidth, 0.0F);
  const auto bytes = Prepare(row, false);
  EXPECT_THAT(bytes, testing::Each(std::byte{0}));
  if (GetParam()->precision == Precision::kInt8) {
    EXPECT_EQ(scale_, 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, PrepareTest,
                         testing::ValuesIn(AllUsableKernels()), KernelTestName);

}  // namespace
}  // namespace emotion::kernels
