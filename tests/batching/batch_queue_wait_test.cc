#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "server/batching/batch_queue.h"
#include "tests/batching/fake_item.h"
#include "tests/support/manual_clock.h"

namespace emotion {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using testing::ElementsAre;

class BatchQueueWaitTest : public testing::Test {
 protected:
  // A worker that pops once, on a thread of its own.
  std::future<std::string> PopElsewhere() {
    return std::async(std::launch::async,
                      [this] { return Show(queue_->PopBatch()); });
  }

  ManualClock clock_;
  std::unique_ptr<FakeQueue> queue_ = MakeQueue({}, clock_);
};

TEST_F(BatchQueueWaitTest, APushWakesAnIdleWorker) {
  auto popped = PopElsewhere();
  clock_.BlockUntilWaiters(1);
  ASSERT_TRUE(queue_->Push({1, 10}).ok());
  EXPECT_EQ(popped.get(), "take 1 (idle, 10 tokens)");
}

TEST_F(BatchQueueWaitTest, WhatIsPushedTogetherRidesTogether) {
  auto popped = PopElsewhere();
  clock_.BlockUntilWaiters(1);
  std::vector<FakeItem> items;
  for (int id = 1; id <= 3; ++id) items.emplace_back(id, 10);
  ASSERT_TRUE(queue_->PushAll(items).status.ok());
  EXPECT_EQ(popped.get(), "take 1 2 3 (idle, 30 tokens)");
}

TEST_F(BatchQueueWaitTest, WhatOneBatchLeavesWakesAnotherWorker) {
  queue_ = MakeQueue({.max_batch_items = 1, .workers = 2}, clock_);
  auto first = PopElsewhere();
  auto second = PopElsewhere();
  clock_.BlockUntilWaiters(2);
  std::vector<FakeItem> items;
  for (int id = 1; id <= 2; ++id) items.emplace_back(id, 10);
  ASSERT_TRUE(queue_->PushAll(items).status.ok());
  const std::vector<std::string> popped = {first.get(), second.get()};
  EXPECT_THAT(popped,
              testing::UnorderedElementsAre("take 1 (full, 10 tokens)",
                                            "take 2 (full, 10 tokens)"));
}

TEST_F(BatchQueueWaitTest, CloseWakesEveryWorker) {
  auto first = PopElsewhere();
  auto second = PopElsewhere();
  clock_.BlockUntilWaiters(2);
  queue_->Close();
  EXPECT_EQ(first.get(), "closed");
  EXPECT_EQ(second.get(), "closed");
}

TEST_F(BatchQueueWaitTest, TheDelayEndsOnTheClock) {
  queue_ = MakeQueue({.max_delay = microseconds(10'000)}, clock_);
  ASSERT_TRUE(queue_->Push({1, 10}).ok());
  auto popped = PopElsewhere();
  clock_.BlockUntilWaiters(1);
  clock_.Advance(milliseconds(9));
  clock_.BlockUntilWaiters(1);  // It looked, and waits on.
  EXPECT_EQ(queue_->Stats().items, 1u);
  clock_.Advance(milliseconds(1));
  EXPECT_EQ(popped.get(), "take 1 (delay, 10 tokens)");
}

TEST_F(BatchQueueWaitTest, APushThatFillsTheBatchEndsTheDelay) {
  queue_ = MakeQueue(
      {.max_batch_tokens = 20, .max_delay = microseconds(10'000)}, clock_);
  ASSERT_TRUE(queue_->Push({1, 10}).ok());
  auto popped = PopElsewhere();
  clock_.BlockUntilWaiters(1);
  ASSERT_TRUE(queue_->Push({2, 10}).ok());
  EXPECT_EQ(popped.get(), "take 1 2 (token_budget, 20 tokens)");
}

TEST_F(BatchQueueWaitTest, CloseEndsTheDelay) {
  queue_ = MakeQueue({.max_delay = microseconds(10'000)}, clock_);
  ASSERT_TRUE(queue_->Push({1, 10}).ok());
  auto popped = PopElsewhere();
  clock_.BlockUntilWaiters(1);
  queue_->Close();
  EXPECT_EQ(popped.get(), "take 1 (drain, 10 tokens)");
}

}  // namespace
}  // namespace emotion
