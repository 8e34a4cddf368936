#include "server/kernels/thread_team.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace emotion::kernels {
namespace {

TEST(ThreadTeamTest, EachRankDoesEachJobOnceOnItsOwnThread) {
  for (const std::size_t size : {1, 2, 5}) {
    ThreadTeam team(size);
    ASSERT_EQ(team.size(), size);
    for (int job = 0; job < 200; ++job) {
      std::vector<std::thread::id> threads(size);
      team.Run([&](std::size_t rank) {
        threads[rank] = std::this_thread::get_id();
      });
      EXPECT_EQ(threads[0], std::this_thread::get_id());
      EXPECT_EQ(std::set(threads.begin(), threads.end()).size(), size);
    }
  }
}

TEST(ThreadTeamTest, WhatWasWrittenBeforeTheBarrierIsSeenAfterIt) {
  constexpr std::size_t kSize = 4;
  ThreadTeam team(kSize);
  std::vector<int> values(kSize, 0);
  std::vector<int> failures(kSize, 0);
  team.Run([&](std::size_t rank) {
    for (int round = 1; round <= 500; ++round) {
      values[rank] = round;
      team.barrier().Wait();
      for (const int value : values) failures[rank] += value != round;
      team.barrier().Wait();
    }
  });
  EXPECT_THAT(failures, testing::Each(0));
}

TEST(ThreadTeamTest, ATeamThatNeverRanAJobEnds) { ThreadTeam team(3); }

}  // namespace
}  // namespace emotion::kernels
