#include "server/models/traffic_split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace emotion {
namespace {

using testing::HasSubstr;

struct Case {
  TrafficSplit split;
  std::string field;
  std::string message;
};

TEST(TrafficSplitTest, WhatDoesNotAddUpIsRefusedByName) {
  const Case cases[] = {
      {{.serving = {}}, "serving", "adds up to 0 percent; expected 100"},
      {{.serving = {{"1", 90}}}, "serving", "adds up to 90 percent"},
      {{.serving = {{"1", 90}, {"2", 20}}}, "serving", "adds up to 110"},
      {{.serving = {{"1", 50}, {"1", 50}}}, "serving", "version '1' twice"},
      {{.serving = {{"1", 100}, {"2", 0}}}, "serving", "'2' 0 percent"},
      {{.serving = {{"", 100}}}, "serving", "a version is empty"},
      {{.serving = {{"1", 100}}, .shadows = {{"1", 10}}},
       "shadows",
       "version '1' serves"},
      {{.serving = {{"1", 100}}, .shadows = {{"2", 101}}},
       "shadows",
       "'2' 101 percent; expected 1 to 100"},
      {{.serving = {{"1", 100}}, .shadows = {{"2", 1}, {"3", 1}}},
       "shadows",
       "has 2 versions; expected at most 1"},
  };
  for (const auto& [split, field, message] : cases) {
    const Status status = Validate(split);
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << message;
    EXPECT_EQ(status.field(), field);
    EXPECT_THAT(status.message(), HasSubstr(message));
  }
}

TEST(TrafficSplitTest, SharesOfAHundredAndAShadowAreFine) {
  EXPECT_TRUE(Validate({.serving = {{"1", 100}}}).ok());
  EXPECT_TRUE(
      Validate({.serving = {{"1", 90}, {"2", 10}}, .shadows = {{"3", 5}}})
          .ok());
}

// Positions are an interface: another server must give a key the same version.
TEST(TrafficSplitTest, AKeyHasItsPositionForEver) {
  EXPECT_EQ(KeyPosition(""), KeyPosition(""));
  EXPECT_EQ(KeyPosition("user-1"), 5477U);
  EXPECT_EQ(KeyPosition("user-2"), 2635U);
  EXPECT_EQ(KeyPosition("user-1", 7), 3322U);
}

TEST(TrafficSplitTest, KeysThatDifferLittleFallEvenly) {
  std::map<std::size_t, int> counts;
  for (int i = 0; i < 100'000; ++i) {
    ++counts[ShareOf(KeyPosition("user-" + std::to_string(i)), {90, 10})];
  }
  // Three standard deviations are 285.
  EXPECT_NEAR(counts[1], 10'000, 300);
}

TEST(TrafficSplitTest, PositionsFallIntoSharesInTheirOrder) {
  const std::vector<unsigned> percents = {90, 7, 3};
  EXPECT_EQ(ShareOf(0, percents), 0U);
  EXPECT_EQ(ShareOf(8'999, percents), 0U);
  EXPECT_EQ(ShareOf(9'000, percents), 1U);
  EXPECT_EQ(ShareOf(9'699, percents), 1U);
  EXPECT_EQ(ShareOf(9'700, percents), 2U);
  EXPECT_EQ(ShareOf(9'999, percents), 2U);
}

}  // namespace
}  // namespace emotion
