#include "server/main/parallelism_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/manual_clock.h"

namespace emotion {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using testing::ElementsAre;

// A machine on which time passes only while the model works: 1 ms a batch and
// 100 us a token, divided by the threads as far as they help.
class Machine final : public Classifier {
 public:
  explicit Machine(double efficiency) : efficiency_(efficiency) {}

  Result<std::vector<Prediction>> Predict(const TokenBatch& batch) override {
    const double speed = 1 + static_cast<double>(threads_ - 1) * efficiency_;
    const auto us = 1000 + 100 * static_cast<double>(batch.tokens()) / speed;
    clock.Advance(microseconds(static_cast<int>(us)));
    return std::vector<Prediction>(batch.dialogues());
  }
  bool allows_concurrent_calls() const override { return true; }

  ParallelismPlan Plan(std::size_t cpus, ParallelismOptions overrides) {
    const auto set_threads = [this](std::size_t threads) {
      threads_ = threads;
      tried.push_back(threads);
    };
    const std::vector<Encoding> dialogues = {{std::vector<std::int32_t>(20, 1),
                                              std::vector<std::int32_t>(20, 0),
                                              {},
                                              0}};
    return PlanParallelism(cpus, overrides, *this, set_threads, dialogues,
                           clock, milliseconds(500));
  }

  ManualClock clock;
  std::vector<std::size_t> tried;

 private:
  const double efficiency_;
  std::size_t threads_ = 1;
};

TEST(PlanParallelismTest, ThreadsThatHelpWorkTogether) {
  Machine machine(1.0);
  const ParallelismPlan plan = machine.Plan(8, {});
  EXPECT_EQ(plan.threads, 4U);
  EXPECT_EQ(plan.workers, 2U);
  // The chosen number is the one that stays set.
  EXPECT_THAT(machine.tried, ElementsAre(1, 2, 4, 4));
}

TEST(PlanParallelismTest, ThreadsThatHelpLittleWorkApart) {
  Machine machine(0.5);
  const ParallelismPlan plan = machine.Plan(4, {});
  EXPECT_EQ(plan.threads, 1U);
  EXPECT_EQ(plan.workers, 4U);
}

TEST(PlanParallelismTest, NoMoreThreadsThanCpus) {
  Machine machine(1.0);
  const ParallelismPlan plan = machine.Plan(3, {});
  EXPECT_LE(plan.workers * plan.threads, 3U);
  EXPECT_THAT(machine.tried, testing::Each(testing::Le(2U)));
}

TEST(PlanParallelismTest, WhatTheOperatorFixedIsKept) {
  Machine machine(1.0);
  EXPECT_EQ(machine.Plan(8, {.workers = 3}).workers, 3U);
  EXPECT_EQ(machine.Plan(8, {.workers = 3}).threads, 2U);
  EXPECT_EQ(machine.Plan(8, {.threads = 8}).workers, 1U);
  const ParallelismPlan both = machine.Plan(2, {.workers = 5, .threads = 7});
  EXPECT_EQ(both.workers, 5U);
  EXPECT_EQ(both.threads, 7U);
}

TEST(PlanParallelismTest, TheCostIsThatOfTheChosenThreads) {
  Machine machine(1.0);
  const ParallelismPlan plan = machine.Plan(2, {});
  ASSERT_EQ(plan.threads, 2U);
  const auto expected = [](std::size_t tokens) {
    return 1000 + 50 * static_cast<double>(tokens);
  };
  for (const std::size_t items : {1, 8, 64}) {
    const auto us =
        duration_cast<microseconds>(plan.cost.TimeFor(items, 20 * items));
    EXPECT_NEAR(static_cast<double>(us.count()), expected(20 * items),
                0.05 * expected(20 * items));
  }
}

TEST(PlanParallelismTest, ASlowModelIsRunOnceForEachSize) {
  Machine machine(0.0);
  const auto begin = machine.clock.Now();
  machine.Plan(1, {});
  // 53 dialogues of 20 tokens at 100 us, and four more batches at most.
  EXPECT_LT(machine.clock.Now() - begin, milliseconds(500));
}

}  // namespace
}  // namespace emotion
