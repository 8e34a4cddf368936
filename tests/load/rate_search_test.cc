#include "client/load/rate_search.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace emotion::load {
namespace {

// Meets the objective below its capacity, and near it by chance: the verdict
// follows a normal error of `noise` parts of the capacity.
class NoisyServer {
 public:
  NoisyServer(double capacity, double noise, std::uint64_t seed)
      : capacity_(capacity), error_(0, noise), random_(seed) {}

  MeasureRate Measure() {
    return [this](double rate) -> Result<bool> {
      return rate < capacity_ * (1 + error_(random_));
    };
  }

 private:
  const double capacity_;
  std::normal_distribution<double> error_;
  std::mt19937_64 random_;
};

TEST(RateSearchTest, FindsAKnownCapacity) {
  for (double capacity : {0.7, 3.0, 99.0, 100.0, 101.0, 1234.0, 250000.0}) {
    NoisyServer server(capacity, 1e-9, 1);
    const auto found = FindRate({}, server.Measure());
    ASSERT_TRUE(found.ok());
    EXPECT_TRUE(found->settled) << capacity;
    EXPECT_LE(found->rate, capacity * 1.0001);
    EXPECT_GE(found->rate, capacity / 1.021);
  }
}

TEST(RateSearchTest, TwiceInARowAgreesWithinFivePercent) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    NoisyServer server(640, 0.01, seed);
    const auto first = FindRate({}, server.Measure());
    const auto second = FindRate({.start = 37}, server.Measure());
    ASSERT_TRUE(first.ok() && second.ok());
    EXPECT_NEAR(first->rate, 640, 640 * 0.05) << seed;
    EXPECT_NEAR(first->rate / second->rate, 1, 0.05) << seed;
  }
}

TEST(RateSearchTest, OneUnluckyTrialDecidesNothing) {
  int trials = 0;
  const auto found = FindRate({}, [&](double rate) -> Result<bool> {
    return rate < 1000 && ++trials != 2;
  });
  ASSERT_TRUE(found.ok());
  EXPECT_NEAR(found->rate, 1000, 25);
}

TEST(RateSearchTest, TheSearchEndsAtItsLimits) {
  const auto always = [](double) -> Result<bool> { return true; };
  const auto never = [](double) -> Result<bool> { return false; };
  const auto top = FindRate({.highest = 5000}, always);
  EXPECT_EQ(top->rate, 5000);
  EXPECT_FALSE(top->settled);
  EXPECT_EQ(FindRate({}, never)->rate, 0);
  const auto few = FindRate({.max_trials = 3}, always);
  EXPECT_EQ(few->trials.size(), 3u);
  EXPECT_FALSE(few->settled);
}

TEST(RateSearchTest, AFailedTrialEndsTheSearch) {
  const auto found = FindRate({}, [](double) -> Result<bool> {
    return Status(StatusCode::kUnavailable, "gone");
  });
  EXPECT_EQ(found.status().code(), StatusCode::kUnavailable);
}

TEST(RateSearchTest, OptionsAreChecked) {
  const auto field = [](const RateSearchOptions& options) {
    return FindRate(options, [](double) -> Result<bool> { return true; })
        .status()
        .field();
  };
  EXPECT_EQ(field({.lowest = 0}), "lowest");
  EXPECT_EQ(field({.start = 1e9}), "start");
  EXPECT_EQ(field({.precision = 0}), "precision");
  EXPECT_EQ(field({.confirmations = 0}), "confirmations");
}

}  // namespace
}  // namespace emotion::load
