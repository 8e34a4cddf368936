#include "server/batching/worker_threads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <barrier>
#include <mutex>

namespace emotion {
namespace {

TEST(WorkerThreadsTest, EachThreadRunsWithItsOwnNumberAtTheSameTime) {
  std::mutex mutex;
  std::vector<std::size_t> numbers;
  std::barrier all_here(3);
  WorkerThreads threads;
  const Status status = threads.Start(3, [&](std::size_t number) {
    all_here.arrive_and_wait();
    const std::lock_guard lock(mutex);
    numbers.push_back(number);
  });
  ASSERT_TRUE(status.ok());
  threads.Join();
  threads.Join();
  EXPECT_THAT(numbers, testing::UnorderedElementsAre(0, 1, 2));
}

}  // namespace
}  // namespace emotion
