#include "client/load/hdr_histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace emotion::load {
namespace {

constexpr double kPercentiles[] = {0,  1,  25,   50,    75, 90,
                                   95, 99, 99.9, 99.99, 100};

std::vector<std::uint64_t> ManyTimes() {
  std::mt19937_64 random(7);
  std::lognormal_distribution<double> milliseconds(2, 1.5);
  std::vector<std::uint64_t> values(200000);
  for (auto& value : values) {
    value = static_cast<std::uint64_t>(milliseconds(random) * 1e6);
  }
  return values;
}

std::uint64_t Exact(const std::vector<std::uint64_t>& sorted, double p) {
  const auto rank = static_cast<std::size_t>(std::max(
      1.0, std::ceil(p / 100 * static_cast<double>(sorted.size()) - 1e-9)));
  return sorted[rank - 1];
}

TEST(HdrHistogramTest, AnEmptyOneSaysZero) {
  const HdrHistogram empty;
  EXPECT_EQ(empty.count(), 0u);
  EXPECT_EQ(empty.ValueAt(99), 0u);
  EXPECT_EQ(empty.min(), 0u);
  EXPECT_EQ(empty.max(), 0u);
  EXPECT_EQ(empty.mean(), 0);
}

TEST(HdrHistogramTest, SmallValuesAreExact) {
  HdrHistogram histogram;
  for (std::uint64_t value = 0; value < 2048; ++value) histogram.Record(value);
  for (double p : kPercentiles) {
    EXPECT_EQ(histogram.ValueAt(p),
              static_cast<std::uint64_t>(
                  std::max(1.0, std::ceil(p / 100 * 2048 - 1e-9)) - 1))
        << p;
  }
}

TEST(HdrHistogramTest, PercentilesAgreeWithAnExactComputation) {
  std::vector<std::uint64_t> values = ManyTimes();
  for (int digits = 1; digits <= 5; ++digits) {
    HdrHistogram histogram(digits);
    for (std::uint64_t value : values) histogram.Record(value);
    std::vector<std::uint64_t> sorted = values;
    std::ranges::sort(sorted);
    for (double p : kPercentiles) {
      const auto exact = static_cast<double>(Exact(sorted, p));
      const auto found = static_cast<double>(histogram.ValueAt(p));
      EXPECT_GE(found, exact) << p;
      EXPECT_LE(found, exact * (1 + std::pow(10, -digits))) << p;
    }
    EXPECT_EQ(histogram.min(), sorted.front());
    EXPECT_EQ(histogram.max(), sorted.back());
  }
}

TEST(HdrHistogramTest, MergingIsTheSameAsRecordingHere) {
  const std::vector<std::uint64_t> values = ManyTimes();
  HdrHistogram all;
  HdrHistogram parts[2];
  for (std::size_t i = 0; i < values.size(); ++i) {
    all.Record(values[i]);
    parts[i % 2].Record(values[i]);
  }
  parts[0].Merge(parts[1]);
  EXPECT_EQ(parts[0].Cells(), all.Cells());
  EXPECT_EQ(parts[0].count(), all.count());
  EXPECT_EQ(parts[0].min(), all.min());
  EXPECT_EQ(parts[0].max(), all.max());
  EXPECT_NEAR(parts[0].mean(), all.mean(), all.mean() * 1e-9);
}

TEST(HdrHistogramTest, CellsGiveTheSamePercentilesBack) {
  HdrHistogram histogram;
  for (std::uint64_t value : ManyTimes()) histogram.Record(value);
  const HdrHistogram back = HdrHistogram::FromCells(3, histogram.Cells());
  EXPECT_EQ(back.Cells(), histogram.Cells());
  EXPECT_EQ(back.ValueAt(50), histogram.ValueAt(50));
  EXPECT_EQ(back.ValueAt(99.99), histogram.ValueAt(99.99));
}

TEST(HdrHistogramTest, ValuesBeyondTheHighestCountAsTheHighest) {
  HdrHistogram histogram;
  histogram.Record(UINT64_MAX);
  EXPECT_EQ(histogram.max(), HdrHistogram::kHighest);
  EXPECT_LT(histogram.Cells().back().first, HdrHistogram::CellLimit(3));
}

TEST(HdrHistogramTest, CountsHowManyAreAtMostAValue) {
  HdrHistogram histogram;
  histogram.Record(10, 3);
  histogram.Record(1000, 2);
  histogram.Record(5'000'000, 1);
  EXPECT_EQ(histogram.CountUpTo(9), 0u);
  EXPECT_EQ(histogram.CountUpTo(10), 3u);
  EXPECT_EQ(histogram.CountUpTo(4'000'000), 5u);
  EXPECT_EQ(histogram.CountUpTo(UINT64_MAX), 6u);
}

}  // namespace
}  // namespace emotion::load
