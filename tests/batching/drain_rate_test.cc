#include "server/batching/drain_rate.h"

#include <gtest/gtest.h>

namespace emotion {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(DrainRateTest, NothingMeasuredGivesTheDefault) {
  DrainRate rate(1);
  EXPECT_EQ(rate.TimeFor(0), milliseconds(50));
  EXPECT_EQ(rate.TimeFor(1'000'000), milliseconds(50));
  rate.Record(0, milliseconds(10));
  rate.Record(10, milliseconds(0));
  rate.Record(10, milliseconds(-5));
  EXPECT_EQ(rate.TimeFor(1'000'000), milliseconds(50));
}

TEST(DrainRateTest, TheTimeIsTokensByRateRoundedUpAndBounded) {
  DrainRate rate(1);
  rate.Record(100, milliseconds(10));  // 10 tokens a millisecond.
  const struct {
    std::size_t tokens;
    milliseconds time;
  } cases[] = {
      {0, milliseconds(1)},          {1, milliseconds(1)},
      {10, milliseconds(1)},         {11, milliseconds(2)},
      {1000, milliseconds(100)},     {49'990, milliseconds(4999)},
      {50'000, milliseconds(5000)},  {50'011, milliseconds(5000)},
      {~std::size_t{0}, seconds(5)},
  };
  for (const auto& c : cases) EXPECT_EQ(rate.TimeFor(c.tokens), c.time);
}

TEST(DrainRateTest, WorkersShareTheTokens) {
  DrainRate rate(4);
  rate.Record(100, milliseconds(10));
  EXPECT_EQ(rate.TimeFor(1000), milliseconds(25));
}

TEST(DrainRateTest, ANewBatchWeighsATenth) {
  DrainRate rate(1);
  rate.Record(100, milliseconds(10));
  rate.Record(100, milliseconds(110));  // The average is now 20 ms for 100.
  EXPECT_EQ(rate.TimeFor(999), milliseconds(200));
}

TEST(DrainRateTest, ALongBatchCountsForMoreThanAShortOne) {
  DrainRate rate(1);
  rate.Record(1000, milliseconds(100));
  // Alone this batch would say ten times slower; it is too small to matter.
  for (int i = 0; i < 2; ++i) rate.Record(10, milliseconds(10));
  EXPECT_GE(rate.TimeFor(1000), milliseconds(100));
  EXPECT_LE(rate.TimeFor(1000), milliseconds(105));
}

TEST(DrainRateTest, TheRateFollowsALastingChange) {
  DrainRate rate(1);
  rate.Record(100, milliseconds(10));
  for (int i = 0; i < 100; ++i) rate.Record(100, milliseconds(50));
  EXPECT_GE(rate.TimeFor(1000), milliseconds(499));
}

TEST(DrainRateTest, AKnownCostIsTheFirstMeasurement) {
  // 320 tokens in 16 ms: 20,000 a second.
  const CostModel cost{.per_token = std::chrono::microseconds(50)};
  DrainRate rate(1);
  rate.Assume(cost);
  EXPECT_EQ(rate.TimeFor(2000), milliseconds(100));
  // What was measured is not forgotten for it.
  rate.Record(100, milliseconds(1));
  const auto measured = rate.TimeFor(2000);
  rate.Assume(cost);
  EXPECT_EQ(rate.TimeFor(2000), measured);
  DrainRate unknown(1);
  unknown.Assume({});
  EXPECT_EQ(unknown.TimeFor(2000), DrainRate::kUnknown);
}

}  // namespace
}  // namespace emotion
