#include "client/retry_budget.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace emotion::client {
namespace {

TEST(RetryBudgetTest, AllowsRetriesAsTheTableSays) {
  struct Case {
    const char* what;
    RetryBudgetOptions options;
    // One letter an event: F failure, S success, H a hedge.
    std::string events;
    bool allowed;
  };
  const std::vector<Case> cases = {
      {"it begins full", {4, 0.5}, "", true},
      {"more than half", {4, 0.5}, "F", true},
      {"half", {4, 0.5}, "FF", false},
      {"a success puts its part back", {4, 0.5}, "FFS", true},
      {"it never holds more than all", {4, 0.5}, "SSSSFF", false},
      {"nor less than nothing", {4, 0.5}, "FFFFFFFFSSSS", false},
      {"so that it recovers", {4, 0.5}, "FFFFFFFFSSSSS", true},
      {"thousandths count", {2, 0.001}, "FS", true},
      {"a hedge takes a token", {4, 0.5}, "FH", false},
      {"unless it was refused", {4, 0.5}, "FFHHHS", true},
      {"one token", {1, 0.1}, "F", false},
  };
  for (const Case& each : cases) {
    RetryBudget budget(each.options);
    for (const char event : each.events) {
      if (event == 'F') budget.OnFailure();
      if (event == 'S') budget.OnSuccess();
      if (event == 'H') budget.TakeForHedge();
    }
    EXPECT_EQ(budget.AllowsRetry(), each.allowed) << each.what;
    EXPECT_EQ(budget.TakeForHedge(), each.allowed) << each.what;
  }
}

}  // namespace
}  // namespace emotion::client
