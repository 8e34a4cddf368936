#include "client/load/load_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/load/simulated_server.h"

namespace emotion::load {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

class LoadSessionTest : public testing::Test {
 protected:
  std::unique_ptr<LoadSession> NewSession(SessionOptions options,
                                          Clock::Duration service) {
    server_ = std::make_unique<SimulatedServer>(clock_, service);
    return std::make_unique<LoadSession>(
        std::move(options), dialogues_, *server_, clock_,
        SessionHooks{.on_phase = [this](const std::string& phase,
                                        auto) { phases_.push_back(phase); },
                     .stop_asked = [this] { return clock_.Now() >= stop_; }});
  }

  const std::vector<client::InputDialogue> dialogues_ = {{"1", {"a"}, "sad"},
                                                         {"2", {"b"}, "happy"}};
  SimulatedClock clock_;
  std::unique_ptr<SimulatedServer> server_;
  std::vector<std::string> phases_;
  Clock::TimePoint stop_ = Clock::TimePoint::max();
};

SessionOptions AtRate(double rate, double for_seconds) {
  SessionOptions options;
  options.profile = *RateProfile::Constant(rate, for_seconds);
  return options;
}

TEST_F(LoadSessionTest, TheWarmUpEndsWhenFiguresAreSteadyAndDoesNotCount) {
  const auto session = NewSession(AtRate(100, 10), milliseconds(1));
  const auto result = session->Measure();
  ASSERT_TRUE(result.ok()) << result.status().ToString();
  EXPECT_TRUE(result->warmup_steady);
  EXPECT_NEAR(result->warmup_seconds, 3, 0.2);
  EXPECT_NEAR(static_cast<double>(result->counts.sent), 1000, 100);
  EXPECT_NEAR(result->seconds, 10, 0.2);
  EXPECT_THAT(phases_, ElementsAre("warm-up", "ready", "run", "end"));
  EXPECT_EQ(result->timeline.size(), 10u);
  EXPECT_EQ(result->intervals.count("response.p99"), 1u);
}

TEST_F(LoadSessionTest, AnOverloadedServerIsNeverSteady) {
  SessionOptions options = AtRate(200, 2);
  options.warmup_limit = seconds(6);
  const auto result = NewSession(options, milliseconds(10))->Measure();
  EXPECT_FALSE(result->warmup_steady);
  EXPECT_NEAR(result->warmup_seconds, 6, 0.1);
}

TEST_F(LoadSessionTest, AnswersAreCompared) {
  SessionOptions options = AtRate(100, 10);
  options.spacing.spacing = Spacing::kConstant;
  const auto result = NewSession(options, milliseconds(1))->Measure();
  EXPECT_EQ(result->answers.compared, 1000u);
  EXPECT_EQ(result->answers.correct, 500u);
  EXPECT_EQ(result->answers.inconsistent, 0u);
}

TEST_F(LoadSessionTest, ARunThatIsInterruptedKeepsItsFigures) {
  SessionOptions options = AtRate(100, 60);
  options.warmup_limit = seconds(0);
  stop_ = clock_.Now() + seconds(20);
  const auto result = NewSession(options, milliseconds(1))->Measure();
  EXPECT_NEAR(result->seconds, 20, 0.2);
  EXPECT_NEAR(static_cast<double>(result->counts.sent), 2000, 150);
}

TEST_F(LoadSessionTest, ATraceIsReplayedAfterItsWarmUp) {
  SessionOptions options;
  options.trace = {{milliseconds(0), milliseconds(100), milliseconds(300)}};
  const auto result = NewSession(options, milliseconds(1))->Measure();
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->counts.sent, 3u);
}

TEST_F(LoadSessionTest, ACurveShowsTheKneeOfTheServer) {
  SessionOptions options;
  options.objective = *Objective::Parse("p99<100ms");
  const auto curve =
      NewSession(options, milliseconds(10))->Curve({20, 50, 90, 150});
  ASSERT_TRUE(curve.ok());
  EXPECT_LT((*curve)[0].response_p99, (*curve)[1].response_p99);
  EXPECT_LT((*curve)[1].response_p99, (*curve)[2].response_p99);
  EXPECT_TRUE((*curve)[1].met);
  EXPECT_FALSE((*curve)[3].met);
  EXPECT_LT((*curve)[3].ok_rate, 150);
}

// A server with one worker and constant service (M/D/1): at 10 ms it serves
// 100 a second and its wait grows as the rate comes near.
TEST_F(LoadSessionTest, FindRateTwiceInARowAgreesWithinFivePercent) {
  std::vector<double> found;
  for (std::uint64_t seed : {1, 2}) {
    SessionOptions options;
    options.objective = *Objective::Parse("p99<100ms,errors<0.1%");
    options.spacing.seed = seed;
    options.trial_duration = seconds(60);
    std::vector<CurvePoint> curve;
    const auto outcome =
        NewSession(options, milliseconds(10))->Search({.start = 10}, curve);
    ASSERT_TRUE(outcome.ok());
    EXPECT_TRUE(outcome->settled);
    EXPECT_EQ(curve.size(), outcome->trials.size());
    found.push_back(outcome->rate);
  }
  EXPECT_GT(found[0], 70);
  EXPECT_LT(found[0], 100);
  EXPECT_NEAR(found[0] / found[1], 1, 0.05);
}

}  // namespace
}  // namespace emotion::load
