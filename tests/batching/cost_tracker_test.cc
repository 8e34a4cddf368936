#include "server/batching/cost_tracker.h"

#include <gtest/gtest.h>

namespace emotion {
namespace {

using std::chrono::milliseconds;

const CostModel kMeasured{milliseconds(1), milliseconds(0), milliseconds(2)};

std::int64_t Milliseconds(const CostTracker& tracker) {
  return std::chrono::duration_cast<milliseconds>(
             tracker.Scaled(kMeasured).TimeFor(10, 100))
      .count();
}

TEST(CostTrackerTest, BeginsWithWhatWasMeasured) {
  EXPECT_EQ(Milliseconds(CostTracker()), 201);
}

TEST(CostTrackerTest, FollowsWhatBatchesTake) {
  CostTracker tracker;
  tracker.Record(kMeasured.TimeFor(1, 10),
                 milliseconds(42));  // Twice what was expected.
  EXPECT_NEAR(Milliseconds(tracker), 201 * 1.1, 1);
  for (int i = 0; i < 100; ++i)
    tracker.Record(kMeasured.TimeFor(1, 10), milliseconds(42));
  EXPECT_NEAR(Milliseconds(tracker), 402, 1);
  // Measured on a busy machine, found again on an idle one.
  for (int i = 0; i < 200; ++i)
    tracker.Record(kMeasured.TimeFor(10, 100), milliseconds(20));
  EXPECT_NEAR(Milliseconds(tracker), 20, 1);
}

TEST(CostTrackerTest, OneStrayBatchDoesNotRunAway) {
  CostTracker tracker;
  tracker.Record(kMeasured.TimeFor(1, 1), std::chrono::hours(1));
  EXPECT_LE(Milliseconds(tracker), 100 * 201);
}

TEST(CostTrackerTest, AnUnknownCostStaysUnknown) {
  CostTracker tracker;
  tracker.Record(CostModel().TimeFor(1, 10), milliseconds(42));
  EXPECT_FALSE(tracker.Scaled({}).known());
  EXPECT_EQ(Milliseconds(tracker), 201);
}

}  // namespace
}  // namespace emotion
