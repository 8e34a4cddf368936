#include "server/batching/batch_options.h"

#include <gtest/gtest.h>

#include "common/clock.h"
#include "tests/batching/fake_item.h"
#include "tests/support/manual_clock.h"

namespace emotion {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

TEST(BatchOptionsTest, TheDefaultsAreValid) {
  EXPECT_TRUE(BatchOptions{}.Validate().ok());
}

TEST(BatchOptionsTest, TheEndsOfEachRangeAreValid) {
  const BatchOptions least{.max_queue_items = 1,
                           .max_queue_tokens = 1,
                           .max_bulk_percent = 1,
                           .max_bulk_overtaking = milliseconds(0),
                           .max_batch_items = 1,
                           .max_batch_tokens = 1,
                           .max_batch_time = milliseconds(1),
                           .max_delay = microseconds(0),
                           .workers = 1};
  const BatchOptions most{.max_queue_items = 1'000'000,
                          .max_queue_tokens = 100'000'000,
                          .max_bulk_percent = 100,
                          .max_bulk_overtaking = std::chrono::minutes(10),
                          .max_batch_items = 65'536,
                          .max_batch_tokens = 10'000'000,
                          .max_batch_time = std::chrono::minutes(10),
                          .max_delay = microseconds(1'000'000),
                          .workers = 256};
  EXPECT_EQ(least.Validate().ToString(), "OK");
  EXPECT_EQ(most.Validate().ToString(), "OK");
}

TEST(BatchOptionsTest, AValueOutOfRangeIsNamedWithItsFieldAndRange) {
  const struct {
    BatchOptions options;
    const char* message;
  } cases[] = {
      {{.max_queue_items = 0}, "max_queue_items: is 0; expected 1 to 1000000"},
      {{.max_queue_items = 1'000'001},
       "max_queue_items: is 1000001; expected 1 to 1000000"},
      {{.max_queue_tokens = 0},
       "max_queue_tokens: is 0; expected 1 to 100000000"},
      {{.max_bulk_percent = 0}, "max_bulk_percent: is 0; expected 1 to 100"},
      {{.max_bulk_percent = 101},
       "max_bulk_percent: is 101; expected 1 to 100"},
      {{.max_bulk_overtaking = milliseconds(-1)},
       "max_bulk_overtaking: is -1 ms; expected 0 to 600000 ms"},
      {{.max_bulk_overtaking = milliseconds(600'001)},
       "max_bulk_overtaking: is 600001 ms; expected 0 to 600000 ms"},
      {{.max_batch_items = 0}, "max_batch_items: is 0; expected 1 to 65536"},
      {{.max_batch_tokens = 10'000'001},
       "max_batch_tokens: is 10000001; expected 1 to 10000000"},
      {{.max_batch_time = milliseconds(0)},
       "max_batch_time: is 0 ms; expected 1 to 600000 ms"},
      {{.max_batch_time = milliseconds(600'001)},
       "max_batch_time: is 600001 ms; expected 1 to 600000 ms"},
      {{.max_delay = microseconds(-1)},
       "max_delay: is -1 us; expected 0 to 1000000 us"},
      {{.max_delay = microseconds(1'000'001)},
       "max_delay: is 1000001 us; expected 0 to 1000000 us"},
      {{.workers = 0}, "workers: is 0; expected 1 to 256"},
      {{.workers = 257}, "workers: is 257; expected 1 to 256"},
      {{.workers = ~std::size_t{0}},
       "workers: is 18446744073709551615; expected 1 to 256"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(c.options.Validate().ToString(),
              std::string("INVALID_ARGUMENT: ") + c.message);
  }
}

TEST(BatchOptionsTest, AQueueIsNotMadeFromInvalidOptions) {
  ManualClock clock;
  const auto queue = FakeQueue::Create({.workers = 0}, clock);
  EXPECT_EQ(queue.status().field(), "workers");
}

}  // namespace
}  // namespace emotion
