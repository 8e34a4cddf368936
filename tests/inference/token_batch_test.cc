#include "server/inference/token_batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace emotion {
namespace {

using testing::ElementsAre;

TEST(TokenBatchTest, AnEmptyBatchHasOneOffset) {
  const TokenBatch batch;
  EXPECT_EQ(batch.dialogues(), 0U);
  EXPECT_EQ(batch.tokens(), 0U);
  EXPECT_THAT(batch.offsets(), ElementsAre(0));
}

TEST(TokenBatchTest, DialoguesLieOneAfterAnotherWithoutPadding) {
  TokenBatch batch;
  batch.Reserve(2, 5);
  batch.Add({{7, 8, 9}, {0, 1, 1}, {}, 0});
  batch.Add({{5, 6}, {1, 0}, {}, 0});
  EXPECT_EQ(batch.dialogues(), 2U);
  EXPECT_THAT(batch.token_ids(), ElementsAre(7, 8, 9, 5, 6));
  EXPECT_THAT(batch.segment_ids(), ElementsAre(0, 1, 1, 1, 0));
  EXPECT_THAT(batch.offsets(), ElementsAre(0, 3, 5));
}

}  // namespace
}  // namespace emotion
