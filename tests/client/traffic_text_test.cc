#include "client/cli/traffic_text.h"

#include <gtest/gtest.h>

namespace emotion::client {
namespace {

using Shares = std::vector<TrafficShare>;

TEST(TrafficTextTest, ASplitIsVersionsWithTheirPercents) {
  const auto one = ParseServing("0.3.0=100");
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(*one, (Shares{{.version = "0.3.0", .percent = 100}}));
  const auto two = ParseServing("0.3.0=90,0.4.0-rc_1+b=10");
  ASSERT_TRUE(two.ok());
  EXPECT_EQ(*two, (Shares{{.version = "0.3.0", .percent = 90},
                          {.version = "0.4.0-rc_1+b", .percent = 10}}));
}

TEST(TrafficTextTest, AMalformedSplitIsRefusedWithWhatWasExpected) {
  const std::string form =
      "expected VERSION=PERCENT,... with whole percents from 1 to 100, such as "
      "0.3.0=90,0.4.0=10";
  struct Case {
    std::string text;
    std::string error;
  };
  const std::vector<Case> cases = {
      {"", form},
      {"0.3.0", form},
      {"0.3.0:100", form},
      {"=100", form},
      {"0.3.0=", form},
      {"0.3.0=0", form},
      {"0.3.0=101", form},
      {"0.3.0=-1", form},
      {"0.3.0=99.5", form},
      {"0.3.0=100%", form},
      {"0.3.0=99999999999", form},
      {"0.3.0=100,", form},
      {",0.3.0=100", form},
      {"0.3.0=90, 0.4.0=10", form},
      {"a=b=100", form},
      {"a=90", "adds up to 90 percent: expected 100"},
      {"a=90,b=20", "adds up to 110 percent: expected 100"},
      {"a=50,a=50", "names a twice: expected once"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(
        ParseServing(each.text).status().ToString(),
        "INVALID_ARGUMENT: traffic: is \"" + each.text + "\": " + each.error);
  }
}

TEST(TrafficTextTest, AShadowIsOneVersionOrNobody) {
  const auto one = ParseShadow("0.4.0=10");
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(*one, (Shares{{.version = "0.4.0", .percent = 10}}));
  const auto nobody = ParseShadow("none");
  ASSERT_TRUE(nobody.ok());
  EXPECT_TRUE(nobody->empty());
  for (const std::string text : {"", "0.4.0", "a=5,b=5", "a=0", "NONE"}) {
    EXPECT_EQ(ParseShadow(text).status().ToString(),
              "INVALID_ARGUMENT: shadow: is \"" + text +
                  "\": expected one VERSION=PERCENT with a whole percent from "
                  "1 to 100, or none");
  }
}

TEST(TrafficTextTest, AVersionIsVisibleAscii) {
  EXPECT_TRUE(CheckVersionName("0.4.0-rc_1+b").ok());
  for (const std::string text : {"", "a b", "a,b", "a=1", "\xff", "\n"}) {
    EXPECT_EQ(CheckVersionName(text).ToString(),
              "INVALID_ARGUMENT: version: is \"" + text +
                  "\": expected the name of a version, such as 0.4.0");
  }
}

TEST(TrafficTextTest, ASplitIsShownInATable) {
  EXPECT_EQ(TrafficTable({.serving = {{.version = "0.3.0", .percent = 90},
                                      {.version = "0.4.0", .percent = 10}},
                          .shadows = {{.version = "0.10.0", .percent = 5}}}),
            "version  traffic  shadow\n"
            "0.3.0        90%       -\n"
            "0.4.0        10%       -\n"
            "0.10.0         -      5%\n");
}

}  // namespace
}  // namespace emotion::client
