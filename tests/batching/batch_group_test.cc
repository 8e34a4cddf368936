#include <gtest/gtest.h>

#include "tests/batching/fake_item.h"
#include "tests/batching/stepping_clock.h"

namespace emotion {
namespace {

using std::chrono::milliseconds;

// A queue whose items belong to one of two groups.
class BatchGroupTest : public testing::Test {
 protected:
  void Push(int id, const BatchGroup& group,
            Priority priority = Priority::kInteractive) {
    const auto ticket = queue_->Push(
        FakeItem(id, 1, Clock::TimePoint::max(), {}, priority, &group));
    ASSERT_TRUE(ticket.ok()) << ticket.status().ToString();
  }

  const BatchGroup old_{};
  const BatchGroup new_{};
  SteppingClock clock_;
  std::unique_ptr<FakeQueue> queue_ = MakeQueue({.max_batch_items = 3}, clock_);
};

TEST_F(BatchGroupTest, ABatchIsOfOneGroupAndTheFirstOnesGroupGoesFirst) {
  Push(1, old_);
  Push(2, new_);
  Push(3, old_);
  Push(4, new_);
  EXPECT_EQ(Show(queue_->PopBatch()), "take 1 3 (idle, 2 tokens)");
  EXPECT_EQ(Show(queue_->PopBatch()), "take 2 4 (idle, 2 tokens)");
}

TEST_F(BatchGroupTest, AFullBatchLeavesTheRestOfItsGroupInOrder) {
  for (int id = 1; id <= 8; ++id) Push(id, id % 2 == 1 ? old_ : new_);
  EXPECT_EQ(Show(queue_->PopBatch()), "take 1 3 5 (full, 3 tokens)");
  EXPECT_EQ(Show(queue_->PopBatch()), "take 2 4 6 (full, 3 tokens)");
  EXPECT_EQ(Show(queue_->PopBatch()), "take 7 (idle, 1 tokens)");
  EXPECT_EQ(Show(queue_->PopBatch()), "take 8 (idle, 1 tokens)");
}

TEST_F(BatchGroupTest, InteractiveOfAnyGroupGoesBeforeBulkOfTheSame) {
  Push(1, old_, Priority::kBulk);
  Push(2, new_);
  Push(3, new_, Priority::kBulk);
  EXPECT_EQ(Show(queue_->PopBatch()), "take 2 (idle, 1 tokens)");
  EXPECT_EQ(Show(queue_->PopBatch()), "take 1 (idle, 1 tokens)");
  EXPECT_EQ(Show(queue_->PopBatch()), "take 3 (idle, 1 tokens)");
}

TEST_F(BatchGroupTest, EachGroupsBatchesAreBoundByItsOwnCost) {
  queue_ = MakeQueue({.max_batch_time = milliseconds(10)}, clock_);
  const BatchGroup slow{{.per_item = milliseconds(5)}};
  const BatchGroup fast{{.per_item = milliseconds(1)}};
  for (int id = 1; id <= 3; ++id) Push(id, slow);
  for (int id = 4; id <= 6; ++id) Push(id, fast);
  const auto batch = queue_->PopBatch();
  EXPECT_EQ(Show(batch), "take 1 2 (time_budget, 2 tokens)");
  EXPECT_EQ(batch->cost.per_item, milliseconds(5));
  EXPECT_EQ(Show(queue_->PopBatch()), "take 3 (idle, 1 tokens)");
  EXPECT_EQ(Show(queue_->PopBatch()), "take 4 5 6 (idle, 3 tokens)");
}

TEST_F(BatchGroupTest, CancellingOneLeavesItsGroupTogether) {
  Push(1, old_);
  const Ticket ticket = queue_
                            ->Push(FakeItem(2, 1, Clock::TimePoint::max(), {},
                                            Priority::kInteractive, &old_))
                            .value();
  Push(3, new_);
  Push(4, old_);
  EXPECT_TRUE(queue_->Cancel(ticket).has_value());
  EXPECT_EQ(Show(queue_->PopBatch()), "take 1 4 (idle, 2 tokens)");
  EXPECT_EQ(Show(queue_->PopBatch()), "take 3 (idle, 1 tokens)");
}

}  // namespace
}  // namespace emotion
