#include "tests/support/manual_clock.h"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "gtest/gtest.h"

namespace emotion {
namespace {

using std::chrono_literals::operator""ms;

TEST(ManualClockTest, TimeStandsStillUntilItIsAdvanced) {
  ManualClock clock;
  const auto start = clock.Now();
  const auto wall = clock.WallNow();
  EXPECT_EQ(clock.Now(), start);
  clock.Advance(5ms);
  EXPECT_EQ(clock.Now() - start, 5ms);
  EXPECT_EQ(clock.WallNow() - wall, 5ms);
}

TEST(ManualClockTest, AWaitForATimeThatHasComeReturnsAtOnce) {
  ManualClock clock;
  std::mutex mutex;
  std::condition_variable condition;
  std::unique_lock lock(mutex);
  clock.WaitUntil(condition, lock, clock.Now());
  clock.WaitUntil(condition, lock, clock.Now() - 1ms);
  EXPECT_TRUE(lock.owns_lock());
}

TEST(ManualClockTest, AdvancingWakesAWaiterWhichSeesTheNewTime) {
  ManualClock clock;
  const auto until = clock.Now() + 10ms;
  std::mutex mutex;
  std::condition_variable condition;
  std::thread waiter([&] {
    std::unique_lock lock(mutex);
    while (clock.Now() < until) clock.WaitUntil(condition, lock, until);
  });
  clock.BlockUntilWaiters(1);
  clock.Advance(9ms);  // Wakes it too early: it waits again.
  clock.BlockUntilWaiters(1);
  clock.Advance(1ms);
  waiter.join();
  EXPECT_EQ(clock.Now(), until);
}

TEST(ManualClockTest, ANotificationWakesAWaiterWithoutTime) {
  ManualClock clock;
  const auto start = clock.Now();
  std::mutex mutex;
  std::condition_variable condition;
  bool ready = false;
  std::thread waiter([&] {
    std::unique_lock lock(mutex);
    while (!ready) {
      clock.WaitUntil(condition, lock, Clock::TimePoint::max());
    }
  });
  clock.BlockUntilWaiters(1);
  {
    const std::lock_guard guard(mutex);
    ready = true;
  }
  condition.notify_all();
  waiter.join();
  EXPECT_EQ(clock.Now(), start);
}

}  // namespace
}  // namespace emotion
