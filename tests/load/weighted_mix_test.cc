#include "client/load/weighted_mix.h"

#include <gtest/gtest.h>

#include "client/load/number_text.h"

namespace emotion::load {
namespace {

Result<WeightedMix> Parse(std::string_view text) {
  return WeightedMix::Parse("batch", text, "a number", ParseNumber);
}

TEST(WeightedMixTest, PicksByShare) {
  const auto mix = Parse("1:90%,8:0.1");
  ASSERT_TRUE(mix.ok());
  EXPECT_EQ(mix->Pick(0), 1);
  EXPECT_EQ(mix->Pick(0.8999), 1);
  EXPECT_EQ(mix->Pick(0.9001), 8);
  EXPECT_EQ(mix->Pick(0.9999999999), 8);
  EXPECT_EQ(mix->Largest(), 8);
  EXPECT_EQ(Parse("5")->Pick(0.5), 5);
}

TEST(WeightedMixTest, RefusesWhatDoesNotAddUp) {
  for (std::string_view text :
       {"", "x", "1:50%", "1:50%,2", "1:60%,2:60%", "1:-1,2:2", "1:50%,:50%"}) {
    EXPECT_EQ(Parse(text).status().field(), "batch") << text;
  }
}

TEST(NumberTextTest, TimesNeedAUnit) {
  using std::chrono::nanoseconds;
  EXPECT_EQ(ParseTime("50ms"), nanoseconds(50'000'000));
  EXPECT_EQ(ParseTime("1.5s"), nanoseconds(1'500'000'000));
  EXPECT_EQ(ParseTime("2m"), nanoseconds(120'000'000'000));
  EXPECT_EQ(ParseTime("7us"), nanoseconds(7'000));
  for (std::string_view text : {"", "5", "s", "-1s", "1e9s", "5 s", "5h"}) {
    EXPECT_EQ(ParseTime(text), std::nullopt) << text;
  }
}

TEST(NumberTextTest, SharesArePercentagesOrParts) {
  EXPECT_DOUBLE_EQ(ParseShare("0.1%").value_or(-1), 0.001);
  EXPECT_DOUBLE_EQ(ParseShare("0.5").value_or(-1), 0.5);
  for (std::string_view text : {"", "%", "101%", "-1%", "2"}) {
    EXPECT_EQ(ParseShare(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace emotion::load
