#include "client/load/rate_profile.h"

#include <gtest/gtest.h>

namespace emotion::load {
namespace {

TEST(RateProfileTest, ReturnsWhenARequestIsDue) {
  struct Case {
    Result<RateProfile> profile;
    double arrivals;
    std::optional<double> seconds;
  };
  const std::vector<Case> cases = {
      {RateProfile::Constant(10, 5), 0, 0.0},
      {RateProfile::Constant(10, 5), 25, 2.5},
      {RateProfile::Constant(10, 5), 50, std::nullopt},
      // 100 requests in 10 s from 0 to 20: a quarter of them in the first half.
      {RateProfile::Ramp("0:20", 10), 25, 5.0},
      {RateProfile::Ramp("20:0", 10), 75, 5.0},
      {RateProfile::Ramp("20:0", 10), 0, 0.0},
      {RateProfile::Steps("10,30", 4), 20, 2.0},
      {RateProfile::Steps("10,30", 4), 50, 3.0},
      {RateProfile::Steps("10,30", 4), 80, std::nullopt},
  };
  for (const Case& each : cases) {
    ASSERT_TRUE(each.profile.ok());
    const auto seconds = each.profile->TimeOf(each.arrivals);
    ASSERT_EQ(seconds.has_value(), each.seconds.has_value());
    EXPECT_NEAR(seconds.value_or(-1), each.seconds.value_or(-1), 1e-9);
  }
}

TEST(RateProfileTest, KnowsItsLengthAndMean) {
  const auto profile = RateProfile::Steps("10,30", 4);
  EXPECT_DOUBLE_EQ(profile->Seconds(), 4);
  EXPECT_DOUBLE_EQ(profile->MeanRate(), 20);
  EXPECT_DOUBLE_EQ(profile->RateAtStart(), 10);
}

TEST(RateProfileTest, RefusesWhatIsNoRate) {
  const std::vector<Result<RateProfile>> broken = {
      RateProfile::Constant(0, 5),     RateProfile::Constant(-1, 5),
      RateProfile::Constant(1e8, 5),   RateProfile::Constant(10, 0),
      RateProfile::Ramp("0:0", 10),    RateProfile::Ramp("10", 10),
      RateProfile::Ramp("a:b", 10),    RateProfile::Steps("", 10),
      RateProfile::Steps("10,,20", 9), RateProfile::Steps("10,-3", 9)};
  for (const auto& each : broken) {
    EXPECT_EQ(each.status().code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(each.status().field(), "rate");
  }
}

}  // namespace
}  // namespace emotion::load
