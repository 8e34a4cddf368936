#include "client/cli/dialogue_window.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/support/manual_clock.h"

namespace emotion::client {
namespace {

Classification Labelled(const std::string& label) {
  Classification result;
  result.label = label;
  return result;
}

TEST(DialogueWindowTest, AnswersLeaveInTheOrderOfTheInput) {
  DialogueWindow window(2);
  const auto first = window.Add({"a", {"x"}});
  const auto second = window.Add({"b", {"y"}});

  window.Answer(second, Labelled("sad"));
  EXPECT_FALSE(window.TakeOldest().has_value());
  window.Answer(first, Status(StatusCode::kInternal, "broken"));

  const auto oldest = window.TakeOldest();
  ASSERT_TRUE(oldest.has_value());
  EXPECT_EQ(oldest->dialogue.id, "a");
  EXPECT_EQ(oldest->result.status().code(), StatusCode::kInternal);
  EXPECT_EQ(window.TakeOldest()->result->label, "sad");
  EXPECT_TRUE(window.empty());
}

TEST(DialogueWindowTest, SpaceIsBoundedByWhatIsInFlight) {
  DialogueWindow window(2);
  const auto first = window.Add({});
  EXPECT_TRUE(window.HasSpace());
  window.Add({});
  EXPECT_FALSE(window.HasSpace());
  window.Answer(first, Labelled("sad"));
  EXPECT_TRUE(window.HasSpace());
}

TEST(DialogueWindowTest, SpaceIsBoundedByWhatIsNotYetWritten) {
  DialogueWindow window(1);
  // Numbers count up from 0, so the oldest one stays unwritten.
  for (std::uint64_t i = 0; i < 4; ++i) {
    ASSERT_TRUE(window.HasSpace());
    window.Answer(window.Add({}), Labelled("sad"));
  }
  EXPECT_FALSE(window.HasSpace());
  ASSERT_TRUE(window.TakeOldest().has_value());
  EXPECT_TRUE(window.HasSpace());
}

TEST(DialogueWindowTest, AnAnswerEndsTheWait) {
  ManualClock clock;
  DialogueWindow window(1);
  const auto number = window.Add({});
  std::thread answer([&] {
    clock.BlockUntilWaiters(1);
    window.Answer(number, Labelled("sad"));
  });
  window.Wait(true, clock, Clock::TimePoint::max());
  EXPECT_TRUE(window.TakeOldest().has_value());
  answer.join();
}

TEST(DialogueWindowTest, TheWaitEndsAtItsTime) {
  ManualClock clock;
  DialogueWindow window(1);
  window.Add({});
  std::thread advance([&] {
    clock.BlockUntilWaiters(1);
    clock.Advance(std::chrono::seconds(1));
  });
  window.Wait(false, clock, clock.Now() + std::chrono::seconds(1));
  EXPECT_FALSE(window.TakeOldest().has_value());
  advance.join();
}

}  // namespace
}  // namespace emotion::client
