#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>

#include "server/batching/batch_queue.h"
#include "server/batching/batch_workers.h"
#include "tests/batching/fake_item.h"
#include "tests/batching/recording_observer.h"
#include "tests/support/manual_clock.h"

namespace emotion {
namespace {

using std::chrono::microseconds;

constexpr int kCallers = 4;
constexpr int kPerCaller = 2000;

// How many items went each way.
struct Tally {
  std::atomic<int> executed = 0, expired = 0, cancelled = 0, refused = 0;
  std::array<std::atomic<int>, kCallers* kPerCaller> answers = {};
};

FakeItem MakeItem(Tally& tally, const Clock& clock, int id) {
  const auto due = id % 7 == 0 ? clock.Now() + microseconds(id % 50)
                               : Clock::TimePoint::max();
  return FakeItem(id, static_cast<std::size_t>(id % 23), due,
                  Completion<int>([&tally, id](const Result<int>&) {
                    ++tally.answers[static_cast<std::size_t>(id)];
                  }),
                  id % 5 < 2 ? Priority::kBulk : Priority::kInteractive);
}

// Tries a few times, and lets time pass in between.
Result<Ticket> PushPatiently(FakeQueue& queue, ManualClock& clock,
                             FakeItem& item) {
  Result<Ticket> ticket = queue.Push(std::move(item));
  for (int tries = 0; tries < 5 && !ticket.ok(); ++tries) {
    clock.Advance(microseconds(5));
    std::this_thread::yield();
    ticket = queue.Push(std::move(item));
  }
  return ticket;
}

// Pushes, reads, cancels some and lets time pass, as quickly as it can.
void Call(FakeQueue& queue, ManualClock& clock, Tally& tally, int caller) {
  for (int i = 0; i < kPerCaller; ++i) {
    FakeItem item = MakeItem(tally, clock, caller * kPerCaller + i);
    const Result<Ticket> ticket = PushPatiently(queue, clock, item);
    if (!ticket.ok()) {
      ++tally.refused;
      item.done(0);
    } else if (i % 3 == 0) {
      if (auto back = queue.Cancel(*ticket)) {
        ++tally.cancelled;
        back->item.done(0);
      }
    }
    if (i % 5 == 0) clock.Advance(microseconds(10));
    if (i % 11 == 0) {
      const FakeQueue::WaitingStats stats = queue.Stats();
      EXPECT_LE(stats.items, 40u);
      EXPECT_LE(stats.bulk_items, 10u);
    }
  }
}

TEST(BatchQueueStressTest, UnderManyThreadsEachItemIsAnsweredOnce) {
  ManualClock clock;
  RecordingObserver observer;
  Tally tally;
  auto queue = MakeQueue({.max_queue_items = 40,
                          .max_queue_tokens = 400,
                          .max_bulk_percent = 25,
                          .max_bulk_overtaking = std::chrono::milliseconds(1),
                          .max_batch_items = 8,
                          .max_batch_tokens = 100,
                          .max_delay = microseconds(30),
                          .workers = 3},
                         clock);
  auto workers = BatchWorkers<FakeItem>::Start(
      *queue, clock, observer, [&](std::size_t, Batch<FakeItem>&& batch) {
        for (auto& queued : batch.expired) queued.item.done(0);
        for (auto& queued : batch.items) queued.item.done(0);
        tally.expired += static_cast<int>(batch.expired.size());
        tally.executed += static_cast<int>(batch.items.size());
      });
  ASSERT_TRUE(workers.ok());
  {
    std::vector<std::jthread> callers;
    for (int caller = 0; caller < kCallers; ++caller) {
      callers.emplace_back([&, caller] { Call(*queue, clock, tally, caller); });
    }
  }
  queue->Close();
  (*workers)->Join();
  EXPECT_EQ(tally.executed + tally.expired + tally.cancelled + tally.refused,
            kCallers * kPerCaller);
  for (const auto& count : tally.answers) ASSERT_EQ(count, 1);
  EXPECT_EQ(queue->Stats().tokens, 0u);
  EXPECT_EQ(queue->Stats().bulk_items, 0u);
}

}  // namespace
}  // namespace emotion
