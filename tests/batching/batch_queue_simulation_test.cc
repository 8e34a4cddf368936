#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "server/batching/batch_queue.h"
#include "tests/batching/fake_item.h"
#include "tests/batching/naive_queue.h"
#include "tests/batching/stepping_clock.h"

namespace emotion {
namespace {

using std::chrono::milliseconds;

constexpr int kSeeds = 2000;
constexpr int kSteps = 200;

// One random run of a queue beside the naive model: after each step both must
// say the same.
class Simulation {
 public:
  explicit Simulation(std::uint32_t seed)
      : random_(seed),
        options_(RandomOptions()),
        queue_(MakeQueue(options_, clock_)),
        model_(options_) {}

  void Run() {
    for (int step = 0; step < kSteps && !testing::Test::HasFailure(); ++step) {
      Step(Pick(100));
      ExpectSameStats();
    }
    Close();
    while (!testing::Test::HasFailure() && Pop()) {
    }
    ExpectEachLeftOnce();
  }

 private:
  int Pick(int below) {
    return std::uniform_int_distribution<int>(0, below - 1)(random_);
  }

  BatchOptions RandomOptions() {
    const auto one_to = [this](int most) {
      return static_cast<std::size_t>(Pick(most)) + 1;
    };
    return {.max_queue_items = one_to(12),
            .max_queue_tokens = one_to(150),
            .max_bulk_percent = one_to(100),
            .max_bulk_overtaking = milliseconds(Pick(4) == 0 ? 0 : Pick(150)),
            .max_batch_items = one_to(6),
            .max_batch_tokens = one_to(60),
            .max_delay = milliseconds(Pick(2) == 0 ? 0 : Pick(50))};
  }

  FakeItem RandomItem() {
    const int id = next_id_++;
    const auto due = Pick(3) > 0 ? Clock::TimePoint::max()
                                 : clock_.Now() + milliseconds(Pick(80));
    const Priority priority =
        Pick(2) == 0 ? Priority::kInteractive : Priority::kBulk;
    return FakeItem(id, static_cast<std::size_t>(Pick(40)), due, {}, priority,
                    &groups_[static_cast<std::size_t>(Pick(group_count_))]);
  }

  void Step(int percent) {
    if (percent < 35) {
      Push();
    } else if (percent < 50) {
      PushAll();
    } else if (percent < 70) {
      Pop();
    } else if (percent < 80) {
      Cancel();
    } else if (percent < 99 || Pick(5) > 0) {
      clock_.Advance(milliseconds(Pick(30)));
    } else {
      Close();
    }
  }

  void Push() {
    FakeItem item = RandomItem();
    const int id = item.id;
    const bool expected = model_.Push(item, clock_.Now());
    const Result<Ticket> ticket = queue_->Push(std::move(item));
    EXPECT_EQ(ticket.ok(), expected);
    Admit(id, ticket.ok() ? std::optional(*ticket) : std::nullopt);
  }

  void PushAll() {
    std::vector<FakeItem> items;
    for (int i = Pick(5); i > 0; --i) items.push_back(RandomItem());
    std::size_t expected = 0;
    while (expected < items.size() &&
           model_.Push(items[expected], clock_.Now())) {
      ++expected;
    }
    const Admitted admitted = queue_->PushAll(items);
    EXPECT_EQ(admitted.tickets.size(), expected);
    EXPECT_EQ(admitted.status.ok(), expected == items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
      Admit(items[i].id, i < admitted.tickets.size()
                             ? std::optional(admitted.tickets[i])
                             : std::nullopt);
    }
  }

  void Admit(int id, std::optional<Ticket> ticket) {
    if (ticket) {
      tickets_.emplace_back(id, *ticket);
    } else {
      ++leavings_[id];
    }
  }

  // Whether a batch came out.
  bool Pop() {
    const NaiveQueue::Outcome expected = model_.Pop(clock_.Now());
    try {
      const auto batch = queue_->PopBatch();
      EXPECT_EQ(Show(batch), expected.batch);
      if (!batch) return false;
      Check(*batch);
      return true;
    } catch (const SteppingClock::WouldWait& wait) {
      EXPECT_EQ(expected.batch, "wait");
      EXPECT_EQ(wait.until, expected.until);
      return false;
    }
  }

  // What must hold whatever the model says.
  void Check(const Batch<FakeItem>& batch) {
    EXPECT_LE(batch.items.size(), options_.max_batch_items);
    if (batch.items.size() > 1) {
      EXPECT_LE(batch.tokens, options_.max_batch_tokens);
    }
    for (const auto& [item, enqueued_at] : batch.items) {
      EXPECT_GT(item.expires, clock_.Now());
      EXPECT_EQ(item.kind, batch.items.front().item.kind);
      ExpectItsTurn(item, enqueued_at);
      ++leavings_[item.id];
    }
    for (const auto& [item, enqueued_at] : batch.expired) {
      EXPECT_LE(item.expires, clock_.Now());
      ++leavings_[item.id];
    }
  }

  // First come, first served within a class of a group; and no interactive item
  // of it goes that arrived when a bulk item that has gone since had waited
  // long enough.
  void ExpectItsTurn(const FakeItem& item, Clock::TimePoint arrived) {
    Last& last = last_[item.kind];
    const bool bulk = item.urgency == Priority::kBulk;
    int& last_id = bulk ? last.bulk_id : last.interactive_id;
    EXPECT_GT(item.id, last_id);
    last_id = item.id;
    if (bulk) {
      EXPECT_LE(last.interactive_arrival,
                arrived + options_.max_bulk_overtaking);
    } else {
      last.interactive_arrival = arrived;
    }
  }

  void Cancel() {
    if (tickets_.empty()) return;
    const auto back = static_cast<std::size_t>(
        Pick(static_cast<int>(std::min<std::size_t>(tickets_.size(), 15))));
    const auto [id, ticket] = tickets_[tickets_.size() - 1 - back];
    const bool expected = model_.Cancel(id);
    const auto taken = queue_->Cancel(ticket);
    ASSERT_EQ(taken.has_value(), expected);
    if (!taken) return;
    EXPECT_EQ(taken->item.id, id);
    ++leavings_[id];
  }

  void Close() {
    queue_->Close();
    model_.Close();
  }

  void ExpectSameStats() {
    const FakeQueue::WaitingStats stats = queue_->Stats();
    EXPECT_EQ(stats.items, model_.items());
    EXPECT_EQ(stats.bulk_items, model_.bulk_items());
    EXPECT_EQ(stats.tokens, model_.tokens());
    EXPECT_EQ(stats.oldest_age, model_.OldestAge(clock_.Now()));
  }

  void ExpectEachLeftOnce() {
    EXPECT_EQ(leavings_.size(), static_cast<std::size_t>(next_id_ - 1));
    for (const auto& [id, times] : leavings_) EXPECT_EQ(times, 1) << id;
  }

  std::mt19937 random_;
  SteppingClock clock_;
  const BatchOptions options_;
  std::unique_ptr<FakeQueue> queue_;
  NaiveQueue model_;
  // In half of the runs all items are of one group.
  const BatchGroup groups_[3];
  const int group_count_ = Pick(2) == 0 ? 1 : 3;
  int next_id_ = 1;
  // What went last, of each group.
  struct Last {
    int interactive_id = 0;
    int bulk_id = 0;
    Clock::TimePoint interactive_arrival;
  };
  std::map<const BatchGroup*, Last> last_;
  std::vector<std::pair<int, Ticket>> tickets_;
  std::map<int, int> leavings_;  // How often each item left, any way.
};

TEST(BatchQueueSimulationTest, AgreesWithTheNaiveModelWhateverHappens) {
  for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Simulation(seed).Run();
    if (HasFailure()) break;
  }
}

}  // namespace
}  // namespace emotion
