#include "client/load/objective.h"

#include <gtest/gtest.h>

namespace emotion::load {
namespace {

constexpr std::uint64_t kMs = 1'000'000;

// 99 response times of 10 ms and one of 100 ms; service takes 1 ms.
class ObjectiveTest : public testing::Test {
 protected:
  ObjectiveTest() {
    response_.Record(10 * kMs, 99);
    response_.Record(100 * kMs);
    service_.Record(1 * kMs, 100);
  }

  bool IsMet(std::string_view text) {
    const auto objective = Objective::Parse(text);
    EXPECT_TRUE(objective.ok()) << text;
    return objective->IsMet({response_, service_, 0.001, 0.2, 150});
  }

  HdrHistogram response_;
  HdrHistogram service_;
};

TEST_F(ObjectiveTest, EveryPartMustHold) {
  const std::vector<std::pair<std::string_view, bool>> cases = {
      {"p99<50ms", true},          {"p99.9<50ms", false},
      {"p99<10ms", false},         {"mean<11ms", true},
      {"max<100ms", false},        {"max<1s", true},
      {"service.p99<2ms", true},   {"service.max<900us", false},
      {"errors<0.1%", false},      {"errors<0.2%", true},
      {"late<0.1", false},         {"rate>100", true},
      {"rate>200", false},         {"p99<50ms,errors<0.2%", true},
      {"p50<50ms,max<50ms", false}};
  for (const auto& [text, met] : cases) EXPECT_EQ(IsMet(text), met) << text;
}

TEST_F(ObjectiveTest, SilenceMeetsNothing) {
  const HdrHistogram none;
  EXPECT_FALSE(Objective::Parse("p99<50ms")->IsMet({none, none}));
}

TEST_F(ObjectiveTest, TheTightestTimeMakesAnAnswerGood) {
  using std::chrono::milliseconds;
  EXPECT_EQ(Objective::Parse("p50<20ms,p99<50ms")->ResponseLimit(),
            milliseconds(20));
  EXPECT_EQ(Objective::Parse("errors<1%,service.p50<1ms")->ResponseLimit(),
            std::nullopt);
}

TEST_F(ObjectiveTest, APartThatCannotBeReadIsNamed) {
  for (std::string_view part :
       {"", "p99", "p99<50", "p0<1s", "p101<1s", "px<1s", "p99>50ms", "rate<1",
        "errors<200%", "p99<=5ms", "speed<1s", "service.errors<1%"}) {
    const auto parsed = Objective::Parse("p50<1s," + std::string(part));
    EXPECT_EQ(parsed.status().field(), "objective") << part;
    EXPECT_NE(parsed.status().message().find('"' + std::string(part) + '"'),
              std::string::npos);
  }
}

}  // namespace
}  // namespace emotion::load
