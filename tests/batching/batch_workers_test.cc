#include "server/batching/batch_workers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <barrier>
#include <latch>
#include <mutex>
#include <stdexcept>

#include "tests/batching/fake_item.h"
#include "tests/batching/recording_observer.h"
#include "tests/support/manual_clock.h"

namespace emotion {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

using FakeWorkers = BatchWorkers<FakeItem>;

class BatchWorkersTest : public testing::Test {
 protected:
  std::unique_ptr<FakeWorkers> Start(FakeWorkers::Handler handler) {
    return FakeWorkers::Start(*queue_, clock_, observer_, std::move(handler))
        .value();
  }

  // An item whose answer is recorded as "id code".
  FakeItem Item(int id, Clock::TimePoint due = Clock::TimePoint::max()) {
    return FakeItem(id, 10, due,
                    Completion<int>([this, id](const Result<int>& result) {
                      const std::lock_guard lock(mutex_);
                      const auto code = result.status().code();
                      answers_.push_back(std::to_string(id) + " " +
                                         std::string(StatusCodeName(code)));
                    }));
  }

  ManualClock clock_;
  RecordingObserver observer_;
  std::unique_ptr<FakeQueue> queue_ = MakeQueue({.max_batch_items = 2}, clock_);
  std::mutex mutex_;
  std::vector<std::string> answers_;
};

TEST_F(BatchWorkersTest, HandlesWhatWaitsThenEndsWithTheQueue) {
  for (int id = 1; id <= 3; ++id) ASSERT_TRUE(queue_->Push(Item(id)).ok());
  queue_->Close();
  std::vector<std::vector<int>> batches;
  auto workers = Start([&](std::size_t worker, Batch<FakeItem>&& batch) {
    EXPECT_EQ(worker, 0u);
    batches.push_back(Ids(batch.items));
    for (auto& queued : batch.items) queued.item.done(0);
  });
  workers->Join();
  workers->Join();
  EXPECT_THAT(batches, ElementsAre(ElementsAre(1, 2), ElementsAre(3)));
  EXPECT_THAT(answers_, ElementsAre("1 OK", "2 OK", "3 OK"));
}

TEST_F(BatchWorkersTest, TellsTheObserverEachBatchInOrder) {
  for (int id = 1; id <= 3; ++id) ASSERT_TRUE(queue_->Push(Item(id)).ok());
  queue_->Close();
  Start([&](std::size_t, Batch<FakeItem>&& batch) {
    clock_.Advance(microseconds(100) * batch.items.size());
  })->Join();
  EXPECT_THAT(
      observer_.events(),
      ElementsAre("formed 2 items 20 tokens full 0 us", "busy 0",
                  "idle 0 after 200 us", "formed 1 items 10 tokens drain 0 us",
                  "busy 0", "idle 0 after 100 us"));
}

TEST_F(BatchWorkersTest, ExpiredItemsAloneReachTheHandlerButNotTheObserver) {
  ASSERT_TRUE(queue_->Push(Item(1, clock_.Now())).ok());
  queue_->Close();
  Start([](std::size_t, Batch<FakeItem>&& batch) {
    EXPECT_THAT(batch.items, IsEmpty());
    for (auto& queued : batch.expired) {
      queued.item.done(Status(StatusCode::kDeadlineExceeded, "too late"));
    }
  })->Join();
  EXPECT_THAT(answers_, ElementsAre("1 DEADLINE_EXCEEDED"));
  EXPECT_THAT(observer_.events(), IsEmpty());
}

TEST_F(BatchWorkersTest, AHandlerThatThrowsLosesItsBatchOnly) {
  for (int id = 1; id <= 3; ++id) ASSERT_TRUE(queue_->Push(Item(id)).ok());
  queue_->Close();
  Start([](std::size_t, Batch<FakeItem>&& batch) {
    batch.items[0].item.done(0);
    if (batch.items.size() == 2) throw std::runtime_error("broken");
  })->Join();
  EXPECT_THAT(answers_, ElementsAre("1 OK", "2 INTERNAL", "3 OK"));
  EXPECT_EQ(observer_.events().size(), 6u);
}

TEST_F(BatchWorkersTest, WhatTheHandlerForgetsIsAnsweredBeforeTheNextBatch) {
  for (int id = 1; id <= 3; ++id) ASSERT_TRUE(queue_->Push(Item(id)).ok());
  queue_->Close();
  std::vector<std::size_t> answered;
  Start([&](std::size_t, Batch<FakeItem>&&) {
    answered.push_back(answers_.size());
  })->Join();
  EXPECT_THAT(answered, ElementsAre(0, 2));
  EXPECT_EQ(answers_.size(), 3u);
}

TEST_F(BatchWorkersTest, AWorkerIsBusyUntilItsBatchIsGone) {
  const auto late = [this](const Result<int>&) {
    clock_.Advance(microseconds(5));
  };
  ASSERT_TRUE(
      queue_->Push({1, 10, Clock::TimePoint::max(), Completion<int>(late)})
          .ok());
  queue_->Close();
  Start([](std::size_t, Batch<FakeItem>&&) {})->Join();
  EXPECT_THAT(observer_.events(), testing::Contains("idle 0 after 5 us"));
}

TEST_F(BatchWorkersTest, ItsTimingsTellRefusedCallersWhenToComeBack) {
  queue_ = MakeQueue({.max_queue_items = 1}, clock_);
  std::latch taken(1);
  std::latch busy_again(1);
  std::latch let_go(1);
  auto workers = Start([&](std::size_t, Batch<FakeItem>&& batch) {
    if (batch.items[0].item.id == 1) {
      taken.count_down();
      clock_.Advance(milliseconds(20));  // For 10 tokens.
    } else if (batch.items[0].item.id == 2) {
      busy_again.count_down();
      let_go.wait();
    }
  });
  ASSERT_TRUE(queue_->Push(Item(1)).ok());
  taken.wait();
  ASSERT_TRUE(queue_->Push(Item(2)).ok());
  busy_again.wait();
  ASSERT_TRUE(queue_->Push(Item(3)).ok());
  EXPECT_EQ(queue_->Push(Item(4)).status().retry_after(), milliseconds(20));
  let_go.count_down();
}

TEST_F(BatchWorkersTest, TwoWorkersRunTwoBatchesAtATime) {
  queue_ = MakeQueue({.max_batch_items = 1, .workers = 2}, clock_);
  std::barrier both_busy(2);
  std::vector<std::size_t> numbers;
  auto workers = Start([&](std::size_t worker, Batch<FakeItem>&& batch) {
    both_busy.arrive_and_wait();
    for (auto& queued : batch.items) queued.item.done(0);
    const std::lock_guard lock(mutex_);
    numbers.push_back(worker);
  });
  clock_.BlockUntilWaiters(2);
  for (int id = 1; id <= 2; ++id) ASSERT_TRUE(queue_->Push(Item(id)).ok());
  queue_->Close();
  workers->Join();
  EXPECT_THAT(numbers, UnorderedElementsAre(0, 1));
  EXPECT_THAT(answers_, UnorderedElementsAre("1 OK", "2 OK"));
}

TEST_F(BatchWorkersTest, DestroyingTheWorkersClosesTheQueueAndDrainsIt) {
  ASSERT_TRUE(queue_->Push(Item(1)).ok());
  auto workers = Start([](std::size_t, Batch<FakeItem>&& batch) {
    for (auto& queued : batch.items) queued.item.done(0);
  });
  workers.reset();
  EXPECT_THAT(answers_, ElementsAre("1 OK"));
  EXPECT_EQ(queue_->Push(Item(2)).status().reason(), "draining");
}

}  // namespace
}  // namespace emotion
