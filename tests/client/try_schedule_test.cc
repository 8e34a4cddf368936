#include "client/try_schedule.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace emotion::client {
namespace {

using std::chrono::milliseconds;

constexpr RetryOptions kRetry{.max_tries = 3,
                              .first_wait = milliseconds(10),
                              .max_wait = milliseconds(1000)};
constexpr HedgeOptions kHedge{.max_hedges = 2, .hedge_after = milliseconds(70)};

std::string Print(TrySchedule::Wait wait) {
  return wait ? " alarm " + std::to_string(wait->count()) : "";
}

// Plays events and prints what the schedule says to each, separated by "; ".
// send; ring; fail, gone with an optional "hedge" and a push-back; invalid.
std::string Play(const std::string& events, RetryBudget& budget,
                 const HedgeOptions& hedge = kHedge) {
  TrySchedule schedule(kRetry, hedge, budget);
  std::string said;
  std::istringstream words(events);
  for (std::string word; words >> word;) {
    if (word == "send") {
      const auto sent = schedule.OnSent();
      said += (sent.hedge ? "hedge" : "try") + Print(sent.wait);
    } else if (word == "ring") {
      said += schedule.OnAlarm() ? "go" : "stay";
    } else {
      FailedTry failed{.code = word.starts_with("invalid")
                                   ? StatusCode::kInvalidArgument
                                   : StatusCode::kUnavailable,
                       .push_back_ms = {},
                       .remaining = milliseconds(60000),
                       .jitter = 1};
      if (const auto at = word.find(':'); at != std::string::npos) {
        failed.push_back_ms = std::stoi(word.substr(at + 1));
      }
      const auto next =
          schedule.OnFailed(failed, word.find("-hedge") != std::string::npos);
      said += (next.over ? "over" : "on") + Print(next.wait);
    }
    said += "; ";
  }
  return said;
}

TEST(TryScheduleTest, SaysWhatComesNextAsTheTableSays) {
  struct Case {
    const char* what;
    std::string events;
    std::string said;
  };
  const std::vector<Case> cases = {
      {"hedges go out until they are used up", "send ring send ring send ring",
       "try alarm 70; go; hedge alarm 70; go; hedge; stay; "},
      {"a failure is retried, then hedged", "send gone ring send ring send",
       "try alarm 70; on alarm 10; go; try alarm 70; go; hedge alarm 70; "},
      {"a failure beside a hedge leaves the hedge to answer",
       "send ring send gone gone-hedge ring send",
       "try alarm 70; go; hedge alarm 70; on alarm 10; on; go; try alarm 70; "},
      {"tries are bounded, and the last failure ends the call",
       "send gone ring send gone ring send gone",
       "try alarm 70; on alarm 10; go; try alarm 70; on alarm 20; go; "
       "try alarm 70; over; "},
      {"a hedge is no try",
       "send ring send gone-hedge ring send gone ring send gone gone",
       "try alarm 70; go; hedge alarm 70; on alarm 10; go; try alarm 70; "
       "on alarm 20; go; try alarm 70; on; over; "},
      {"push-back ends hedging and is honoured",
       "send ring send gone-hedge:500 ring send ring",
       "try alarm 70; go; hedge alarm 70; on alarm 500; go; try; stay; "},
      {"push-back replaces a shorter wait",
       "send ring send gone gone-hedge:500",
       "try alarm 70; go; hedge alarm 70; on alarm 10; on alarm 500; "},
      {"push-back that forbids leaves those that run",
       "send ring send gone-hedge:-1 ring gone",
       "try alarm 70; go; hedge alarm 70; on; stay; over; "},
      {"and takes back a retry", "send ring send gone gone-hedge:-1",
       "try alarm 70; go; hedge alarm 70; on alarm 10; over; "},
      {"what is not transient ends the call at once",
       "send ring send invalid-hedge",
       "try alarm 70; go; hedge alarm 70; over; "},
  };
  for (const Case& each : cases) {
    RetryBudget budget({.max_tokens = 1000});
    EXPECT_EQ(Play(each.events, budget), each.said) << each.what;
  }
}

TEST(TryScheduleTest, WithoutHedgesThereAreOnlyRetries) {
  RetryBudget budget({.max_tokens = 1000});
  EXPECT_EQ(Play("send gone ring send", budget, {}),
            "try; on alarm 10; go; try; ");
}

TEST(TryScheduleTest, AnEmptyBudgetStopsRetriesAndHedges) {
  RetryBudget budget({.max_tokens = 4});
  EXPECT_EQ(Play("send gone ring send gone", budget),
            "try alarm 70; on alarm 10; go; try alarm 70; over; ");
  EXPECT_EQ(Play("send ring gone", budget), "try alarm 70; stay; over; ");
}

TEST(TryScheduleTest, AHedgePaysOnceAlsoIfItFails) {
  RetryBudget budget({.max_tokens = 5});
  Play("send ring send gone-hedge", budget);
  EXPECT_TRUE(budget.AllowsRetry());
  Play("send gone", budget);
  EXPECT_TRUE(budget.AllowsRetry());
  Play("send gone", budget);
  EXPECT_FALSE(budget.AllowsRetry());
}

TEST(TryScheduleTest, OnlyWhatIsTransientCostsTokens) {
  RetryBudget budget({.max_tokens = 1});
  Play("send invalid", budget);
  EXPECT_TRUE(budget.AllowsRetry());
}

}  // namespace
}  // namespace emotion::client
