#include "client/retry_policy.h"

#include <gtest/gtest.h>

#include <vector>

namespace emotion::client {
namespace {

using std::chrono::milliseconds;

constexpr RetryOptions kOptions{.max_tries = 4,
                                .first_wait = milliseconds(50),
                                .max_wait = milliseconds(120)};
constexpr StatusCode kGone = StatusCode::kUnavailable;
constexpr StatusCode kFull = StatusCode::kResourceExhausted;

TEST(RetryPolicyTest, WaitsAsTheTableSays) {
  struct Case {
    const char* what;
    FailedTry failed;
    std::optional<int> expected_ms;
  };
  const milliseconds plenty(10000);
  const std::vector<Case> cases = {
      {"first wait, least jitter", {kGone, 1, {}, plenty, 0}, 25},
      {"first wait, most jitter", {kGone, 1, {}, plenty, 1}, 50},
      {"it doubles", {kGone, 2, {}, plenty, 1}, 100},
      {"it is bounded", {kGone, 3, {}, plenty, 1}, 120},
      {"jitter out of range is bounded", {kGone, 1, {}, plenty, 7}, 50},
      {"tries are bounded", {kGone, 4, {}, plenty, 1}, {}},
      {"a hint rules, without jitter", {kGone, 1, 7, plenty, 1}, 7},
      {"a hint may exceed max_wait", {kFull, 1, 5000, plenty, 1}, 5000},
      {"a hint of nothing", {kFull, 1, 0, plenty, 1}, 0},
      {"full without a hint", {kFull, 1, {}, plenty, 1}, {}},
      {"asked not to retry", {kGone, 1, -1, plenty, 1}, {}},
      {"a hint does not add tries", {kFull, 4, 7, plenty, 1}, {}},
      {"the wait must end before the deadline",
       {kFull, 1, 7, milliseconds(7), 1},
       {}},
      {"and does", {kFull, 1, 7, milliseconds(8), 1}, 7},
      {"past the deadline", {kGone, 1, 0, milliseconds(-1), 1}, {}},
      {"other codes are final", {StatusCode::kInternal, 1, 7, plenty, 1}, {}},
  };
  for (const Case& each : cases) {
    const auto wait = WaitBeforeRetry(kOptions, each.failed);
    const auto expected = each.expected_ms
                              ? std::optional(milliseconds(*each.expected_ms))
                              : std::nullopt;
    EXPECT_EQ(wait, expected) << each.what;
  }
}

}  // namespace
}  // namespace emotion::client
