#include "server/batching/batch_observer.h"

#include <gtest/gtest.h>

namespace emotion {
namespace {

TEST(BatchObserverTest, EveryReasonHasTheNameThatMetricsShow) {
  EXPECT_EQ(BatchReasonName(BatchReason::kFull), "full");
  EXPECT_EQ(BatchReasonName(BatchReason::kTokenBudget), "token_budget");
  EXPECT_EQ(BatchReasonName(BatchReason::kTimeBudget), "time_budget");
  EXPECT_EQ(BatchReasonName(BatchReason::kIdle), "idle");
  EXPECT_EQ(BatchReasonName(BatchReason::kDelay), "delay");
  EXPECT_EQ(BatchReasonName(BatchReason::kDrain), "drain");
}

}  // namespace
}  // namespace emotion
