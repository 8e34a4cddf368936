#include "client/load/statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

namespace emotion::load {
namespace {

TEST(StatisticsTest, AnIntervalNeedsTwoWindows) {
  EXPECT_FALSE(SectionInterval(3, {}));
  EXPECT_FALSE(SectionInterval(3, {3}));
  EXPECT_TRUE(SectionInterval(3, {3, 4}));
}

// By hand: mean 12, deviation 2, error 1, t(3) = 3.182.
TEST(StatisticsTest, TheIntervalIsStudents) {
  const auto interval = SectionInterval(12, {10, 12, 12, 14});
  ASSERT_TRUE(interval);
  EXPECT_DOUBLE_EQ(interval->middle, 12);
  EXPECT_NEAR(interval->high - 12, 3.182 * std::sqrt(8.0 / 3 / 4), 1e-9);
  EXPECT_NEAR(12 - interval->low, interval->high - 12, 1e-9);
}

TEST(StatisticsTest, WindowsToOneSideWidenTheIntervalAndDoNotMoveIt) {
  const auto interval = SectionInterval(13, {10, 12, 12, 14});
  EXPECT_DOUBLE_EQ(interval->middle, 13);
  EXPECT_NEAR(interval->high - 13, 3.182 * std::sqrt(12.0 / 3 / 4), 1e-9);
}

TEST(StatisticsTest, TheIntervalHoldsTheMeanIn95OfAHundredRuns) {
  std::mt19937_64 random(11);
  std::normal_distribution<double> window(40, 5);
  int held = 0;
  for (int run = 0; run < 2000; ++run) {
    std::vector<double> windows(10);
    for (double& each : windows) each = window(random);
    const double mean =
        std::accumulate(windows.begin(), windows.end(), 0.0) / 10;
    const auto interval = *SectionInterval(mean, windows);
    if (interval.low <= 40 && 40 <= interval.high) ++held;
  }
  EXPECT_NEAR(held / 2000.0, 0.95, 0.015);
}

TEST(StatisticsTest, SteadyMeansTheLastWindowsAreAlike) {
  struct Case {
    std::vector<double> windows;
    bool steady;
  };
  const std::vector<Case> cases = {{{}, false},
                                   {{100, 100}, false},
                                   {{100, 100, 100}, true},
                                   {{900, 95, 100, 105}, true},
                                   {{100, 100, 200}, false},
                                   {{0, 0, 0}, true}};
  for (const Case& each : cases) {
    EXPECT_EQ(IsSteady(each.windows, 3, 0.1), each.steady);
  }
}

}  // namespace
}  // namespace emotion::load
