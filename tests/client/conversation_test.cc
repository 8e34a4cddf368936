#include "client/conversation.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace emotion::client {
namespace {

// Notes what it is asked, and says no to the turn "no".
class ConversationTest : public testing::Test {
 protected:
  Result<Classification> Say(const std::string& turn) {
    return conversation_.Say(
        turn, [this](const Turns& turns) -> Result<Classification> {
          asked_.push_back(turns);
          if (turns.back() == "no") {
            return Status(StatusCode::kUnavailable, "is gone");
          }
          Classification classification;
          classification.label = turns.back();
          return classification;
        });
  }

  Conversation conversation_;
  std::vector<Turns> asked_;
};

TEST_F(ConversationTest, ATurnIsClassifiedInViewOfTheTwoBeforeIt) {
  for (const char* turn : {"one", "two", "three", "four"}) {
    EXPECT_EQ(Say(turn).value().label, turn);
  }
  EXPECT_EQ(asked_, (std::vector<Turns>{{"one"},
                                        {"one", "two"},
                                        {"one", "two", "three"},
                                        {"two", "three", "four"}}));
  EXPECT_EQ(conversation_.turns(), (Turns{"two", "three", "four"}));
}

TEST_F(ConversationTest, AnAddedTurnIsContextAndIsNotClassified) {
  for (const char* turn : {"one", "two", "three", "four"}) {
    conversation_.Add(turn);
  }
  EXPECT_TRUE(asked_.empty());
  EXPECT_TRUE(Say("five").ok());
  EXPECT_EQ(asked_, (std::vector<Turns>{{"three", "four", "five"}}));
}

TEST_F(ConversationTest, ATurnWhoseClassificationFailsIsNotKept) {
  conversation_.Add("one");
  EXPECT_EQ(Say("no").status().code(), StatusCode::kUnavailable);
  EXPECT_EQ(conversation_.turns(), (Turns{"one"}));
  EXPECT_TRUE(Say("yes").ok());
  EXPECT_EQ(conversation_.turns(), (Turns{"one", "yes"}));
}

TEST_F(ConversationTest, AfterAResetItBeginsAnew) {
  conversation_.Add("one");
  conversation_.Reset();
  EXPECT_TRUE(conversation_.turns().empty());
  EXPECT_TRUE(Say("two").ok());
  EXPECT_EQ(asked_, (std::vector<Turns>{{"two"}}));
}

}  // namespace
}  // namespace emotion::client
