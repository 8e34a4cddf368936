#include "server/kernels/thread_team.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace emotion::kernels {
namespace {

TEST(ThreadTeamTest, EachMemberDoesEachJobOnceOnItsOwnThread) {
  for (const std::size_t members : {1, 2, 5}) {
    ThreadTeam team(members);
    ASSERT_EQ(team.members(), members);
    for (int job = 0; job < 200; ++job) {
      std::vector<std::thread::id> threads(members);
      team.Run([&](std::size_t member) {
        threads[member] = std::this_thread::get_id();
      });
      EXPECT_EQ(threads[0], std::this_thread::get_id());
      EXPECT_EQ(std::set(threads.begin(), threads.end()).size(), members);
    }
  }
}

TEST(ThreadTeamTest, WhatWasWrittenBeforeTheBarrierIsSeenAfterIt) {
  constexpr std::size_t kMembers = 4;
  ThreadTeam team(kMembers);
  std::vector<int> values(kMembers, 0);
  std::vector<int> failures(kMembers, 0);
  team.Run([&](std::size_t member) {
    for (int round = 1; round <= 500; ++round) {
      values[member] = round;
      team.barrier().Wait();
      for (const int value : values) failures[member] += value != round;
      team.barrier().Wait();
    }
  });
  EXPECT_THAT(failures, testing::Each(0));
}

TEST(ThreadTeamTest, ATeamThatNeverWorkedEnds) { ThreadTeam team(3); }

}  // namespace
}  // namespace emotion::kernels
