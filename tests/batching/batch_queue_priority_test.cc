#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>

#include "server/batching/batch_queue.h"
#include "tests/batching/fake_item.h"
#include "tests/batching/stepping_clock.h"

namespace emotion {
namespace {

using std::chrono::milliseconds;

// Plays a script on a queue: "i1" and "b2" push an interactive and a bulk item,
// "b3@50" one that expires in 50 ms, "x1" cancels, "+40" lets 40 ms pass and
// "pop" pops. Each item has 10 tokens. Gives what was popped: "1 2 | 3 |
// waits".
class Script {
 public:
  explicit Script(const BatchOptions& options)
      : queue_(MakeQueue(options, clock_)) {}

  std::string Play(const std::string& script) {
    std::istringstream words(script);
    for (std::string word; words >> word;) {
      if (word == "pop") {
        popped_ += (popped_.empty() ? "" : " | ") + Pop();
      } else if (word[0] == '+') {
        clock_.Advance(milliseconds(std::stoi(word.substr(1))));
      } else if (word[0] == 'x') {
        EXPECT_TRUE(queue_->Cancel(tickets_.at(std::stoi(word.substr(1)))));
      } else {
        Push(word);
      }
    }
    return popped_;
  }

 private:
  void Push(const std::string& word) {
    const int id = std::stoi(word.substr(1));
    const std::size_t at = word.find('@');
    const auto due =
        at == std::string::npos
            ? Clock::TimePoint::max()
            : clock_.Now() + milliseconds(std::stoi(word.substr(at + 1)));
    const Priority priority =
        word[0] == 'b' ? Priority::kBulk : Priority::kInteractive;
    tickets_[id] = queue_->Push(FakeItem(id, 10, due, {}, priority)).value();
  }

  std::string Pop() try {
    const auto batch = queue_->PopBatch();
    std::string text;
    for (const int id : Ids(batch->items)) text += std::to_string(id) + " ";
    for (const int id : Ids(batch->expired))
      text += "-" + std::to_string(id) + " ";
    text.pop_back();
    return text;
  } catch (const SteppingClock::WouldWait&) {
    return "waits";
  }

  SteppingClock clock_;
  std::unique_ptr<FakeQueue> queue_;
  std::map<int, Ticket> tickets_;
  std::string popped_;
};

struct Case {
  const char* script;
  const char* popped;
};

void ExpectAll(const BatchOptions& options, const std::vector<Case>& cases) {
  for (const auto& [script, popped] : cases) {
    EXPECT_EQ(Script(options).Play(script), popped) << script;
  }
}

const BatchOptions kByTwo{.max_bulk_overtaking = milliseconds(1000),
                          .max_batch_items = 2};

TEST(BatchQueuePriorityTest, InteractiveGoesFirstAndEachClassInItsOrder) {
  ExpectAll(kByTwo,
            {
                {"b1 i2 pop pop pop", "2 | 1 | waits"},
                {"b1 b2 i3 i4 pop pop", "3 4 | 1 2"},
                {"b1 i2 b3 i4 i5 b6 pop pop pop pop", "2 4 | 5 | 1 3 | 6"},
                {"b1 pop i2 b3 pop pop", "1 | 2 | 3"},
            });
}

TEST(BatchQueuePriorityTest, ABatchNeverMixesTheTwo) {
  ExpectAll({.max_batch_items = 8},
            {
                {"i1 b2 b3 pop pop", "1 | 2 3"},
                {"b1 b2 i3 i4 i5 pop pop", "3 4 5 | 1 2"},
            });
}

TEST(BatchQueuePriorityTest, BulkCountsAsInteractiveOnceItHasWaitedLongEnough) {
  ExpectAll(kByTwo, {
                        {"b1 +999 i2 pop pop", "2 | 1"},
                        {"b1 +1000 i2 pop", "1 2"},
                        {"b1 +1001 i2 pop", "1 2"},
                        {"b1 +500 i2 +499 pop pop", "2 | 1"},
                        {"b1 +500 i2 +500 pop", "2 1"},
                        {"b1 +400 i2 +200 b3 +400 i4 +1 i5 pop pop pop",
                         "2 1 | 4 5 | 3"},
                    });
}

TEST(BatchQueuePriorityTest, AStreamOfInteractiveItemsDoesNotStarveBulk) {
  ExpectAll(kByTwo,
            {{"b1 i2 i3 i4 +600 pop i5 i6 i7 +600 pop i8 i9 pop pop pop",
              "2 3 | 4 5 | 6 7 | 1 8 | 9"}});
}

TEST(BatchQueuePriorityTest, WithoutOvertakingAllGoInTheOrderOfArrival) {
  ExpectAll({.max_bulk_overtaking = milliseconds(0), .max_batch_items = 2},
            {
                {"b1 i2 b3 i4 pop pop", "1 2 | 3 4"},
                {"i1 b2 +5 i3 b4 pop pop", "1 2 | 3 4"},
            });
}

TEST(BatchQueuePriorityTest, ExpiredItemsOfBothClassesComeOutAtOnce) {
  ExpectAll(kByTwo, {
                        {"b1@50 i2@50 b3 i4 +50 pop pop", "4 -2 -1 | 3"},
                        {"b1@50 i2 +49 pop +1 pop", "2 | -1"},
                        {"b1 b2@50 i3@50 +50 pop", "1 -3 -2"},
                        {"b1@1000 +1000 i2 pop", "2 -1"},
                    });
}

TEST(BatchQueuePriorityTest, CancelledItemsOfBothClassesLeaveTheirLine) {
  ExpectAll(kByTwo, {
                        {"b1 b2 b3 i4 i5 x2 x4 pop pop", "5 | 1 3"},
                        {"b1 +1000 i2 x1 pop pop", "2 | waits"},
                    });
}

TEST(BatchQueuePriorityTest, WithDelayBulkThatCountsEndsItForAll) {
  const BatchOptions delay{.max_bulk_overtaking = milliseconds(6),
                           .max_batch_items = 3,
                           .max_delay = milliseconds(10)};
  ExpectAll(delay, {
                       {"b1 +5 i2 pop +1 pop +4 pop", "waits | waits | 2 1"},
                       {"b1 +4 i2 +5 pop +1 pop", "waits | 2 1"},
                       {"b1 +5 i2 i3 pop +1 pop", "waits | 2 3 1"},
                   });
}

TEST(BatchQueuePriorityTest, StatsCountBulkApartAndTakeTheOldestOfBoth) {
  SteppingClock clock;
  auto queue = MakeQueue({}, clock);
  const auto push = [&](int id, Priority priority) {
    const auto never = Clock::TimePoint::max();
    return queue->Push(FakeItem(id, 10, never, {}, priority)).value();
  };
  const Ticket bulk = push(1, Priority::kBulk);
  clock.Advance(milliseconds(5));
  push(2, Priority::kInteractive);
  clock.Advance(milliseconds(2));
  EXPECT_EQ(queue->Stats().items, 2u);
  EXPECT_EQ(queue->Stats().bulk_items, 1u);
  EXPECT_EQ(queue->Stats().oldest_age, milliseconds(7));
  queue->Cancel(bulk);
  EXPECT_EQ(queue->Stats().bulk_items, 0u);
  EXPECT_EQ(queue->Stats().oldest_age, milliseconds(2));
}

}  // namespace
}  // namespace emotion
