#include "server/batching/cost_model.h"

#include <gtest/gtest.h>

#include <vector>

namespace emotion {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::minutes;

std::int64_t Microseconds(Clock::Duration duration) {
  return duration_cast<microseconds>(duration).count();
}

CostModel Fit(const std::vector<CostSample>& samples) {
  return FitCostModel(samples);
}

TEST(CostModelTest, TheTimeIsTheSumOfTheParts) {
  const CostModel cost{microseconds(100), microseconds(10), microseconds(2)};
  EXPECT_EQ(Microseconds(cost.TimeFor(3, 50)), 100 + 30 + 100);
  EXPECT_EQ(cost.TimeFor(~std::size_t{0}, 1), minutes(10));
  EXPECT_TRUE(cost.known());
  EXPECT_FALSE(CostModel{}.known());
  EXPECT_EQ(CostModel{}.TimeFor(5, 100), Clock::Duration::zero());
}

TEST(FitCostModelTest, PartsThatMadeTheSamplesAreFoundAgain) {
  const CostModel truth{microseconds(300), microseconds(40), microseconds(25)};
  std::vector<CostSample> samples;
  for (const auto& [items, tokens] :
       std::vector<std::pair<std::size_t, std::size_t>>{
           {1, 8}, {1, 60}, {4, 80}, {16, 320}, {16, 900}, {64, 1300}}) {
    samples.push_back({items, tokens, truth.TimeFor(items, tokens)});
  }
  const CostModel found = FitCostModel(samples);
  for (const CostSample& sample : samples) {
    EXPECT_NEAR(Microseconds(found.TimeFor(sample.items, sample.tokens)),
                Microseconds(sample.time), 0.02 * Microseconds(sample.time));
  }
}

TEST(FitCostModelTest, NoPartIsBelowZero) {
  // Twice the tokens took more than twice the time: no fixed part.
  const CostModel found = Fit({{1, 20, microseconds(1000)},
                               {2, 40, microseconds(2200)},
                               {4, 80, microseconds(4800)}});
  EXPECT_EQ(Microseconds(found.fixed), 0);
  EXPECT_GE(found.per_item, Clock::Duration::zero());
  EXPECT_NEAR(Microseconds(found.TimeFor(2, 40)), 2200, 250);
}

TEST(FitCostModelTest, WithoutSamplesNothingIsKnown) {
  EXPECT_FALSE(Fit({}).known());
  EXPECT_FALSE(Fit({{1, 20, Clock::Duration::zero()}}).known());
}

}  // namespace
}  // namespace emotion
