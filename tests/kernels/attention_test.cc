#include <gtest/gtest.h>

#include <cmath>

#include "tests/kernels/plain_reference.h"
#include "tests/kernels/random_model.h"

namespace emotion::kernels {
namespace {

constexpr std::size_t kHeads = 3;
constexpr std::size_t kWidth = kHeads * kHeadSize;

class AttentionTest : public testing::TestWithParam<const KernelTable*> {};

std::vector<double> HeadOf(std::span<const float> rows, std::size_t row,
                           std::size_t head) {
  const auto part = rows.subspan(row * kWidth + head * kHeadSize, kHeadSize);
  return {part.begin(), part.end()};
}

std::vector<std::vector<double>> HeadsOf(std::span<const float> rows,
                                         std::size_t count, std::size_t head) {
  std::vector<std::vector<double>> heads;
  for (std::size_t i = 0; i < count; ++i) {
    heads.push_back(HeadOf(rows, i, head));
  }
  return heads;
}

TEST_P(AttentionTest, AnyLengthGivesWhatTheDefinitionGives) {
  RandomNumbers numbers(6);
  for (const std::size_t tokens : {1, 2, 3, 7, 8, 15, 16, 17, 33, 128}) {
    const auto query = numbers.Normal(tokens * kWidth, 2);
    const auto key = numbers.Normal(tokens * kWidth, 2);
    const auto value = numbers.Normal(tokens * kWidth, 2);
    std::vector<float> output(tokens * kWidth, NAN);
    AlignedVector<float> scratch(AttentionScratch(tokens), NAN);
    for (const std::size_t queries : {std::size_t{1}, tokens}) {
      // The first head is left out.
      GetParam()->attend({1,
                          kHeads,
                          queries,
                          tokens,
                          {query.data(), kWidth},
                          {key.data(), kWidth},
                          {value.data(), kWidth},
                          {output.data(), kWidth},
                          scratch.data()});
      for (std::size_t i = 0; i < queries * kWidth; ++i) {
        const std::size_t head = i % kWidth / kHeadSize;
        if (head == 0) {
          ASSERT_TRUE(std::isnan(output[i])) << i;
          continue;
        }
        const auto expected = PlainAttention(HeadOf(query, i / kWidth, head),
                                             HeadsOf(key, tokens, head),
                                             HeadsOf(value, tokens, head));
        ASSERT_NEAR(output[i], expected[i % kHeadSize], 2e-5)
            << tokens << " tokens, value " << i;
      }
    }
  }
}

TEST_P(AttentionTest, FarApartScoresGiveTheNearestValue) {
  std::vector<float> query(kWidth, 100.0F);
  std::vector<float> key(2 * kWidth, 100.0F);
  std::fill(key.begin() + kWidth, key.end(), -100.0F);
  std::vector<float> value(2 * kWidth, 3.0F);
  std::fill(value.begin() + kWidth, value.end(), 5.0F);
  std::vector<float> output(kWidth);
  AlignedVector<float> scratch(AttentionScratch(2));
  GetParam()->attend({0,
                      kHeads,
                      1,
                      2,
                      {query.data(), kWidth},
                      {key.data(), kWidth},
                      {value.data(), kWidth},
                      {output.data(), kWidth},
                      scratch.data()});
  for (const float x : output) EXPECT_EQ(x, 3.0F);
}

INSTANTIATE_TEST_SUITE_P(Kernels, AttentionTest,
                         testing::ValuesIn(UsableKernels(Precision::kFp32)),
                         KernelTestName);

}  // namespace
}  // namespace emotion::kernels
