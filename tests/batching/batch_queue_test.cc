#include "server/batching/batch_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/batching/fake_item.h"
#include "tests/batching/stepping_clock.h"

namespace emotion {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

// "2 items, 30 tokens, 5 ms".
std::string Show(const FakeQueue::WaitingStats& stats) {
  const auto age = std::chrono::duration_cast<milliseconds>(stats.oldest_age);
  return std::to_string(stats.items) + " items, " +
         std::to_string(stats.tokens) + " tokens, " +
         std::to_string(age.count()) + " ms";
}

class BatchQueueTest : public testing::Test {
 protected:
  Ticket MustPush(int id, std::size_t tokens) {
    return queue_->Push(FakeItem(id, tokens)).value();
  }

  SteppingClock clock_;
  std::unique_ptr<FakeQueue> queue_ =
      MakeQueue({.max_queue_items = 3, .max_queue_tokens = 100}, clock_);
};

TEST_F(BatchQueueTest, AFullQueueRefusesAndLeavesTheItemWithTheCaller) {
  for (int id = 1; id <= 3; ++id) MustPush(id, 1);
  int answers = 0;
  {
    FakeItem item(4, 1, Clock::TimePoint::max(),
                  Completion<int>([&](const Result<int>&) { ++answers; }));
    const Result<Ticket> ticket = queue_->Push(std::move(item));
    EXPECT_EQ(ticket.status().code(), StatusCode::kResourceExhausted);
    EXPECT_EQ(ticket.status().reason(), "queue_full");
    EXPECT_EQ(ticket.status().retry_after(), milliseconds(50));
    EXPECT_TRUE(item.done);
    EXPECT_EQ(answers, 0);
    item.done(4);
  }
  EXPECT_EQ(answers, 1);
  EXPECT_EQ(Show(queue_->PopBatch()), "take 1 2 3 (idle, 3 tokens)");
}

TEST_F(BatchQueueTest, RefusedItemsAreNotCounted) {
  MustPush(1, 90);
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(queue_->Push({2, 11}).ok());
  EXPECT_EQ(Show(queue_->Stats()), "1 items, 90 tokens, 0 ms");
  MustPush(3, 10);
  EXPECT_EQ(Show(queue_->PopBatch()), "take 1 3 (idle, 100 tokens)");
  EXPECT_EQ(Show(queue_->Stats()), "0 items, 0 tokens, 0 ms");
}

TEST_F(BatchQueueTest, AnItemOverTheQueuesTokensIsAdmittedWhenNothingWaits) {
  const Ticket small = MustPush(1, 1);
  EXPECT_FALSE(queue_->Push({2, 101}).ok());
  queue_->Cancel(small);
  MustPush(3, 101);
  EXPECT_FALSE(queue_->Push({4, 1}).ok());
  EXPECT_EQ(Show(queue_->PopBatch()), "take 3 (idle, 101 tokens)");
  MustPush(5, 1);
}

TEST_F(BatchQueueTest, RetryAfterIsTheTimeForWhatWaits) {
  queue_->RecordDone({}, 2, 50, milliseconds(25));
  MustPush(1, 80);
  EXPECT_EQ(queue_->Push({2, 21}).status().retry_after(), milliseconds(40));
}

TEST_F(BatchQueueTest, PushAllTakesTheLongestPrefixThatFits) {
  MustPush(1, 10);
  std::vector<FakeItem> items;
  int answers = 0;
  for (const int id : {2, 3, 4}) {
    items.emplace_back(id, 45, Clock::TimePoint::max(),
                       Completion<int>([&](const Result<int>&) { ++answers; }));
  }
  items[2].tokens = 1;
  const Admitted admitted = queue_->PushAll(items);
  EXPECT_EQ(admitted.tickets.size(), 2u);
  EXPECT_EQ(admitted.status.reason(), "queue_full");
  EXPECT_FALSE(items[0].done);
  EXPECT_FALSE(items[1].done);
  EXPECT_TRUE(items[2].done);
  EXPECT_EQ(answers, 0);
  EXPECT_EQ(queue_->Cancel(admitted.tickets[1])->item.id, 3);
  EXPECT_EQ(Show(queue_->PopBatch()), "take 1 2 (idle, 55 tokens)");
}

TEST_F(BatchQueueTest, PushAllStopsAtTheFirstThatDoesNotFit) {
  std::vector<FakeItem> items;
  for (const std::size_t tokens : {10u, 91u, 10u})
    items.emplace_back(1, tokens);
  EXPECT_EQ(queue_->PushAll(items).tickets.size(), 1u);
  EXPECT_EQ(Show(queue_->Stats()), "1 items, 10 tokens, 0 ms");
}

TEST_F(BatchQueueTest, PushAllOfNothingIsOk) {
  const Admitted admitted = queue_->PushAll({});
  EXPECT_TRUE(admitted.status.ok());
  EXPECT_THAT(admitted.tickets, IsEmpty());
}

TEST_F(BatchQueueTest, CancelHandsTheItemBackAndFreesItsPlace) {
  MustPush(1, 30);
  const Ticket second = MustPush(2, 40);
  MustPush(3, 30);
  const auto taken = queue_->Cancel(second);
  ASSERT_TRUE(taken.has_value());
  EXPECT_EQ(taken->item.id, 2);
  EXPECT_EQ(Show(queue_->Stats()), "2 items, 60 tokens, 0 ms");
  MustPush(4, 40);
  EXPECT_EQ(Show(queue_->PopBatch()), "take 1 3 4 (idle, 100 tokens)");
}

TEST_F(BatchQueueTest, CancelFindsNothingOnceTheItemHasLeft) {
  const Ticket cancelled = MustPush(1, 1);
  EXPECT_TRUE(queue_->Cancel(cancelled).has_value());
  EXPECT_FALSE(queue_->Cancel(cancelled).has_value());
  const Ticket popped = MustPush(2, 1);
  queue_->PopBatch();
  EXPECT_FALSE(queue_->Cancel(popped).has_value());
  EXPECT_FALSE(queue_->Cancel(Ticket{12345}).has_value());
  EXPECT_NE(cancelled, popped);
}

TEST_F(BatchQueueTest, AClosedQueueRefusesPushesAndDrains) {
  const Ticket first = MustPush(1, 1);
  MustPush(2, 1);
  queue_->Close();
  queue_->Close();
  FakeItem late(3, 1);
  EXPECT_EQ(queue_->Push(std::move(late)).status().reason(), "draining");
  EXPECT_EQ(queue_->PushAll({&late, 1}).status.reason(), "draining");
  EXPECT_TRUE(queue_->Cancel(first).has_value());
  EXPECT_EQ(Show(queue_->PopBatch()), "take 2 (drain, 1 tokens)");
  EXPECT_EQ(Show(queue_->PopBatch()), "closed");
  EXPECT_EQ(Show(queue_->PopBatch()), "closed");
}

TEST_F(BatchQueueTest, StatsTellTheAgeOfTheOldest) {
  EXPECT_EQ(Show(queue_->Stats()), "0 items, 0 tokens, 0 ms");
  const Ticket first = MustPush(1, 10);
  clock_.Advance(milliseconds(5));
  MustPush(2, 20);
  clock_.Advance(milliseconds(2));
  EXPECT_EQ(Show(queue_->Stats()), "2 items, 30 tokens, 7 ms");
  queue_->Cancel(first);
  EXPECT_EQ(Show(queue_->Stats()), "1 items, 20 tokens, 2 ms");
}

TEST_F(BatchQueueTest, WhatStillWaitsIsDestroyedWithTheQueue) {
  std::vector<StatusCode> answers;
  queue_
      ->Push({1, 1, Clock::TimePoint::max(),
              Completion<int>([&](const Result<int>& result) {
                answers.push_back(result.status().code());
              })})
      .value();
  EXPECT_THAT(answers, IsEmpty());
  queue_.reset();
  EXPECT_THAT(answers, ElementsAre(StatusCode::kInternal));
}

}  // namespace
}  // namespace emotion
