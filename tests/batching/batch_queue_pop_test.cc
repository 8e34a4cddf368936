#include <gtest/gtest.h>

#include "server/batching/batch_queue.h"
#include "tests/batching/fake_item.h"
#include "tests/batching/stepping_clock.h"

namespace emotion {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// What PopBatch gave, or "waits" or "waits 5 ms".
std::string Pop(FakeQueue& queue, const SteppingClock& clock) {
  try {
    return Show(queue.PopBatch());
  } catch (const SteppingClock::WouldWait& wait) {
    if (wait.until == Clock::TimePoint::max()) return "waits";
    const auto by =
        std::chrono::duration_cast<milliseconds>(wait.until - clock.Now());
    return "waits " + std::to_string(by.count()) + " ms";
  }
}

const BatchOptions kNoDelay{.max_batch_items = 3, .max_batch_tokens = 100};
const BatchOptions kDelay{.max_batch_items = 3,
                          .max_batch_tokens = 100,
                          .max_delay = microseconds(10'000)};

class BatchQueuePopTest : public testing::Test {
 protected:
  Ticket Push(int id, std::size_t tokens) {
    return queue_->Push(FakeItem(id, tokens)).value();
  }
  Ticket PushDue(int id, Clock::Duration due) {
    return queue_->Push(FakeItem(id, 1, clock_.Now() + due)).value();
  }

  SteppingClock clock_;
  std::unique_ptr<FakeQueue> queue_ = MakeQueue(kNoDelay, clock_);
};

TEST_F(BatchQueuePopTest, ItemsLeaveInTheOrderOfArrivalWithinTheBudgets) {
  for (int id = 1; id <= 4; ++id) Push(id, 10);
  Push(5, 60);
  Push(6, 31);
  EXPECT_EQ(Pop(*queue_, clock_), "take 1 2 3 (full, 30 tokens)");
  EXPECT_EQ(Pop(*queue_, clock_), "take 4 5 (token_budget, 70 tokens)");
  EXPECT_EQ(Pop(*queue_, clock_), "take 6 (idle, 31 tokens)");
  EXPECT_EQ(Pop(*queue_, clock_), "waits");
}

TEST_F(BatchQueuePopTest, AnItemOverTheBatchBudgetGoesAlone) {
  Push(1, 10);
  Push(2, 101);
  Push(3, 10);
  EXPECT_EQ(Pop(*queue_, clock_), "take 1 (token_budget, 10 tokens)");
  EXPECT_EQ(Pop(*queue_, clock_), "take 2 (token_budget, 101 tokens)");
  EXPECT_EQ(Pop(*queue_, clock_), "take 3 (idle, 10 tokens)");
}

TEST_F(BatchQueuePopTest, ABatchTellsWhenItWasFormedAndItsItemsArrived) {
  const Clock::TimePoint start = clock_.Now();
  Push(1, 1);
  clock_.Advance(milliseconds(3));
  Push(2, 1);
  clock_.Advance(milliseconds(4));
  const auto batch = queue_->PopBatch();
  ASSERT_EQ(batch->items.size(), 2u);
  EXPECT_EQ(batch->items[0].enqueued_at, start);
  EXPECT_EQ(batch->items[1].enqueued_at, start + milliseconds(3));
  EXPECT_EQ(batch->formed_at, start + milliseconds(7));
  EXPECT_EQ(batch->assembly, milliseconds(0));
}

TEST_F(BatchQueuePopTest, ExpiredItemsComeOutApartWhereverTheyStand) {
  PushDue(1, milliseconds(5));
  for (int id = 2; id <= 5; ++id) Push(id, 1);
  PushDue(6, milliseconds(4));
  PushDue(7, milliseconds(6));
  clock_.Advance(milliseconds(5));
  EXPECT_EQ(Pop(*queue_, clock_), "take 2 3 4 (full, 3 tokens) expired 1 6");
  EXPECT_EQ(queue_->Stats().items, 2u);
  clock_.Advance(milliseconds(1));
  EXPECT_EQ(Pop(*queue_, clock_), "take 5 (idle, 1 tokens) expired 7");
}

TEST_F(BatchQueuePopTest, AnItemIsExpiredFromItsDeadlineOn) {
  PushDue(1, milliseconds(5));
  PushDue(2, milliseconds(5) + Clock::Duration(1));
  clock_.Advance(milliseconds(5));
  EXPECT_EQ(Pop(*queue_, clock_), "take 2 (idle, 1 tokens) expired 1");
}

TEST_F(BatchQueuePopTest, IfAllHaveExpiredTheyComeOutWithoutWaiting) {
  PushDue(1, milliseconds(5));
  const Ticket second = PushDue(2, milliseconds(5));
  clock_.Advance(milliseconds(5));
  EXPECT_EQ(Pop(*queue_, clock_), "expired 1 2");
  EXPECT_FALSE(queue_->Cancel(second).has_value());
  EXPECT_EQ(Pop(*queue_, clock_), "waits");
}

TEST_F(BatchQueuePopTest, ExpiredItemsAreHandedOverByAClosedQueueToo) {
  PushDue(1, milliseconds(5));
  queue_->Close();
  clock_.Advance(milliseconds(5));
  EXPECT_EQ(Pop(*queue_, clock_), "expired 1");
  EXPECT_EQ(Pop(*queue_, clock_), "closed");
}

TEST_F(BatchQueuePopTest, WithDelayABatchWaitsForCompanyUntilTheOldestIsDue) {
  queue_ = MakeQueue(kDelay, clock_);
  Push(1, 1);
  EXPECT_EQ(Pop(*queue_, clock_), "waits 10 ms");
  clock_.Advance(milliseconds(4));
  Push(2, 1);
  EXPECT_EQ(Pop(*queue_, clock_), "waits 6 ms");
  clock_.Advance(milliseconds(6));
  EXPECT_EQ(Pop(*queue_, clock_), "take 1 2 (delay, 2 tokens)");
}

TEST_F(BatchQueuePopTest, WithDelayAFullBatchOrAClosingQueueDoesNotWait) {
  queue_ = MakeQueue(kDelay, clock_);
  for (int id = 1; id <= 4; ++id) Push(id, 1);
  EXPECT_EQ(Pop(*queue_, clock_), "take 1 2 3 (full, 3 tokens)");
  EXPECT_EQ(Pop(*queue_, clock_), "waits 10 ms");
  queue_->Close();
  EXPECT_EQ(Pop(*queue_, clock_), "take 4 (drain, 1 tokens)");
}

TEST_F(BatchQueuePopTest, WithDelayCancellingTheOldestStartsItAnew) {
  queue_ = MakeQueue(kDelay, clock_);
  const Ticket first = Push(1, 1);
  clock_.Advance(milliseconds(4));
  Push(2, 1);
  queue_->Cancel(first);
  EXPECT_EQ(Pop(*queue_, clock_), "waits 10 ms");
}

TEST_F(BatchQueuePopTest, WithDelayANearDeadlineIsTakenInTime) {
  queue_ = MakeQueue(kDelay, clock_);
  Push(1, 1);
  PushDue(2, milliseconds(8));
  EXPECT_EQ(Pop(*queue_, clock_), "take 1 2 (delay, 2 tokens)");
}

TEST_F(BatchQueuePopTest, WithDelayExpiredItemsDoNotWaitForOthers) {
  queue_ = MakeQueue(kDelay, clock_);
  Push(1, 1);
  PushDue(2, milliseconds(0));
  EXPECT_EQ(Pop(*queue_, clock_), "expired 2");
  EXPECT_EQ(Pop(*queue_, clock_), "waits 10 ms");
}

}  // namespace
}  // namespace emotion
