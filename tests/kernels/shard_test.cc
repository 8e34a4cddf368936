#include "server/kernels/shard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace emotion::kernels {
namespace {

using testing::ElementsAre;

TEST(SplitBatchTest, OneShardHoldsAllInOrder) {
  const std::vector<std::int64_t> offsets = {0, 3, 4, 9};
  const auto shards = SplitBatch(offsets, 1);
  ASSERT_EQ(shards.size(), 1U);
  EXPECT_THAT(shards[0].dialogues, ElementsAre(0, 1, 2));
  EXPECT_THAT(shards[0].offsets, ElementsAre(0, 3, 4, 9));
}

TEST(SplitBatchTest, ShardsAreNearlyEqualInTokens) {
  // Lengths 10, 20, 30, 40, 10.
  const std::vector<std::int64_t> offsets = {0, 10, 30, 60, 100, 110};
  const auto shards = SplitBatch(offsets, 2);
  ASSERT_EQ(shards.size(), 2U);
  EXPECT_THAT(shards[0].dialogues, ElementsAre(3, 0, 4));
  EXPECT_EQ(shards[0].rows(), 60U);
  EXPECT_THAT(shards[1].dialogues, ElementsAre(2, 1));
  EXPECT_EQ(shards[1].rows(), 50U);
}

TEST(SplitBatchTest, WhatCannotBeSplitWellStaysTogether) {
  // One dialogue; and one that outweighs the others.
  for (const std::vector<std::int64_t>& offsets :
       {std::vector<std::int64_t>{0, 21},
        std::vector<std::int64_t>{0, 100, 110, 120}}) {
    const auto shards = SplitBatch(offsets, 2);
    ASSERT_EQ(shards.size(), 1U);
    EXPECT_EQ(shards[0].size(), offsets.size() - 1);
  }
}

TEST(CutTilesTest, TilesHoldWholeDialoguesUpToTheLimit) {
  Shard shard;
  for (const std::size_t length : {20, 30, 14, 1, 90, 5}) {
    shard.Add(shard.size(), length);
  }
  const std::vector<Tile> tiles = CutTiles(shard, 64);
  std::vector<std::pair<std::size_t, std::size_t>> found;
  for (const Tile& tile : tiles) found.emplace_back(tile.begin, tile.end);
  EXPECT_THAT(found, ElementsAre(std::pair(0, 3), std::pair(3, 4),
                                 std::pair(4, 5), std::pair(5, 6)));
}

TEST(CutTilesTest, AnEmptyShardHasNone) {
  EXPECT_TRUE(CutTiles(Shard(), 64).empty());
}

}  // namespace
}  // namespace emotion::kernels
