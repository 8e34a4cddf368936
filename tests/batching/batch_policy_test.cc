#include "server/batching/batch_policy.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace emotion {
namespace {

using std::chrono::microseconds;

constexpr std::int64_t kNever = -1;

Clock::TimePoint At(std::int64_t us) {
  return us == kNever ? Clock::TimePoint::max()
                      : Clock::TimePoint(microseconds(us));
}

struct Waiting {
  std::size_t tokens;
  std::int64_t enqueued_us = 0;
  std::int64_t deadline_us = kNever;
};

struct Case {
  std::vector<Waiting> waiting;
  std::int64_t now_us;
  bool closing;
  const char* decision;
};

// "take 2 (full)", "wait until 1000", "wait".
std::string Decide(const BatchOptions& options, const Case& c,
                   const CostModel& cost) {
  std::vector<WaitingItem> items;
  for (const Waiting& w : c.waiting) {
    items.push_back({w.tokens, At(w.enqueued_us), At(w.deadline_us)});
  }
  const BatchDecision decision =
      BatchPolicy(options).Decide(items, At(c.now_us), c.closing, cost);
  if (decision.take > 0) {
    return "take " + std::to_string(decision.take) + " (" +
           std::string(BatchReasonName(decision.reason)) + ")";
  }
  if (decision.wait_until == At(kNever)) return "wait";
  const auto until = std::chrono::duration_cast<microseconds>(
      decision.wait_until.time_since_epoch());
  return "wait until " + std::to_string(until.count());
}

void ExpectAll(const BatchOptions& options, const std::vector<Case>& cases,
               const CostModel& cost = {}) {
  for (std::size_t i = 0; i < cases.size(); ++i) {
    EXPECT_EQ(Decide(options, cases[i], cost), cases[i].decision)
        << "case " << i;
  }
}

const BatchOptions kNoDelay{.max_batch_items = 3, .max_batch_tokens = 100};
const BatchOptions kDelay{.max_batch_items = 3,
                          .max_batch_tokens = 100,
                          .max_delay = microseconds(1000)};

// 10 us and 1 us a token: the time budget of 1 ms holds 990 tokens.
const BatchOptions kCosted{.max_batch_items = 9,
                           .max_batch_tokens = 5000,
                           .max_batch_time = std::chrono::milliseconds(1)};
const CostModel kCost{.fixed = microseconds(10),
                      .per_item = microseconds(0),
                      .per_token = microseconds(1)};

TEST(BatchPolicyTest, ABatchTakesNoLongerThanItsTime) {
  ExpectAll(kCosted,
            {
                {{{500}, {490}}, 0, false, "take 2 (idle)"},
                {{{500}, {491}}, 0, false, "take 1 (time_budget)"},
                {{{500}, {400}, {91}}, 0, false, "take 2 (time_budget)"},
                // What is too long by itself runs alone.
                {{{2000}}, 0, false, "take 1 (idle)"},
                {{{2000}, {1}}, 0, false, "take 1 (time_budget)"},
            },
            kCost);
}

TEST(BatchPolicyTest, ABatchDoesNotGrowPastADeadlineThatItMeets) {
  ExpectAll(kCosted,
            {
                {{{100, 0, 310}, {200}}, 0, false, "take 2 (idle)"},
                {{{100, 0, 309}, {200}}, 0, false, "take 1 (time_budget)"},
                {{{100}, {50, 0, 200}, {41}}, 0, false, "take 2 (time_budget)"},
                // A deadline that is missed anyway holds nobody up.
                {{{100, 0, 109}, {200}}, 0, false, "take 2 (idle)"},
            },
            kCost);
}

TEST(BatchPolicyTest, WithoutDelayAnIdleWorkerTakesWhatWaits) {
  ExpectAll(kNoDelay, {
                          {{}, 0, false, "wait"},
                          {{}, 0, true, "wait"},
                          {{{10}}, 0, false, "take 1 (idle)"},
                          {{{10}, {20}}, 0, false, "take 2 (idle)"},
                          {{{0}, {0}}, 0, false, "take 2 (idle)"},
                      });
}

TEST(BatchPolicyTest, ABatchHoldsNoMoreThanItsBudgets) {
  ExpectAll(kNoDelay,
            {
                {{{10}, {10}, {10}}, 0, false, "take 3 (full)"},
                {{{10}, {10}, {80}}, 0, false, "take 3 (full)"},
                {{{10}, {10}, {81}}, 0, false, "take 2 (token_budget)"},
                {{{60}, {41}}, 0, false, "take 1 (token_budget)"},
                {{{60}, {40}}, 0, false, "take 2 (token_budget)"},
                {{{60}, {41}, {1}}, 0, false, "take 1 (token_budget)"},
            });
}

TEST(BatchPolicyTest, AnItemOverTheTokenBudgetGoesAlone) {
  ExpectAll(kDelay,
            {
                {{{500}}, 0, false, "take 1 (token_budget)"},
                {{{500}, {1}}, 0, false, "take 1 (token_budget)"},
                {{{500}, {0}}, 0, false, "take 1 (token_budget)"},
                {{{1}, {500}}, 0, false, "take 1 (token_budget)"},
                {{{100}}, 0, false, "take 1 (token_budget)"},
                {{{~std::size_t{0}}, {1}}, 0, false, "take 1 (token_budget)"},
                {{{1}, {~std::size_t{0}}}, 0, false, "take 1 (token_budget)"},
            });
}

TEST(BatchPolicyTest, WithDelayTheOldestWaitsThatLong) {
  ExpectAll(kDelay, {
                        {{{10, 50}}, 50, false, "wait until 1050"},
                        {{{10, 50}}, 1049, false, "wait until 1050"},
                        {{{10, 50}}, 1050, false, "take 1 (delay)"},
                        {{{10, 50}}, 9000, false, "take 1 (delay)"},
                        {{{10, 50}, {10, 900}}, 900, false, "wait until 1050"},
                        {{{10, 50}, {10, 900}}, 1050, false, "take 2 (delay)"},
                    });
}

TEST(BatchPolicyTest, TheDelayIsThatOfTheOldestWhereverItStands) {
  ExpectAll(kDelay, {
                        {{{10, 90}, {10, 50}}, 90, false, "wait until 1050"},
                        {{{10, 90}, {10, 50}}, 1050, false, "take 2 (delay)"},
                    });
}

TEST(BatchPolicyTest, ABatchThatCannotGrowDoesNotWaitForTheDelay) {
  ExpectAll(kDelay, {
                        {{{10}, {10}, {10}}, 0, false, "take 3 (full)"},
                        {{{60}, {41}}, 0, false, "take 1 (token_budget)"},
                        {{{60}, {40}}, 0, false, "take 2 (token_budget)"},
                    });
}

TEST(BatchPolicyTest, ClosingEndsTheDelay) {
  ExpectAll(kDelay, {
                        {{}, 0, true, "wait"},
                        {{{10}}, 0, true, "take 1 (drain)"},
                        {{{10}, {10}, {10}}, 0, true, "take 3 (full)"},
                        {{{60}, {41}}, 0, true, "take 1 (token_budget)"},
                    });
}

TEST(BatchPolicyTest, ADeadlineWithinTheDelayEndsIt) {
  ExpectAll(kDelay,
            {
                {{{10, 0, 1001}}, 0, false, "wait until 1000"},
                {{{10, 0, 1000}}, 0, false, "take 1 (delay)"},
                {{{10, 0, 1}}, 0, false, "take 1 (delay)"},
                {{{10, 0}, {10, 500, 700}}, 500, false, "take 2 (delay)"},
                {{{10, 0}, {10, 500, 1400}}, 500, false, "wait until 1000"},
            });
}

}  // namespace
}  // namespace emotion
