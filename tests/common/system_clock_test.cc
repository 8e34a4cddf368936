#include <condition_variable>
#include <mutex>
#include <thread>

#include "common/clock.h"
#include "gtest/gtest.h"

namespace emotion {
namespace {

TEST(SystemClockTest, TimeNeverGoesBack) {
  Clock& clock = Clock::System();
  const Clock::TimePoint before = clock.Now();
  EXPECT_LE(before, clock.Now());
}

TEST(SystemClockTest, AWaitEndsWhenItsTimeHasCome) {
  std::mutex mutex;
  std::condition_variable condition;
  std::unique_lock lock(mutex);
  const Clock::TimePoint past = Clock::System().Now();
  Clock::System().WaitUntil(condition, lock, past);
  EXPECT_TRUE(lock.owns_lock());
}

TEST(SystemClockTest, AWaitForEverEndsWhenNotified) {
  std::mutex mutex;
  std::condition_variable condition;
  bool ready = false;
  std::unique_lock lock(mutex);
  // Gets the mutex only once this thread waits.
  std::thread notifier([&] {
    const std::lock_guard guard(mutex);
    ready = true;
    condition.notify_all();
  });
  while (!ready) {
    Clock::System().WaitUntil(condition, lock, Clock::TimePoint::max());
  }
  lock.unlock();
  notifier.join();
}

}  // namespace
}  // namespace emotion
