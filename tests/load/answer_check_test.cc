#include "client/load/answer_check.h"

#include <gtest/gtest.h>

namespace emotion::load {
namespace {

std::vector<client::InputDialogue> ThreeDialogues() {
  return {{"1", {"a"}, "happy"}, {"2", {"b"}, "sad"}, {"3", {"c"}, ""}};
}

TEST(AnswerCheckTest, AnswersAreComparedWithTheLabelsOfTheInput) {
  AnswerCheck check(ThreeDialogues());
  check.Check(0, "happy", 0.9F);
  check.Check(1, "happy", 0.9F);
  check.Check(2, "happy", 0.9F);
  EXPECT_EQ(check.counts().compared, 2u);
  EXPECT_EQ(check.counts().correct, 1u);
  EXPECT_EQ(check.counts().repeated, 0u);
  EXPECT_EQ(check.counts().labels.at("happy"), 3u);
}

TEST(AnswerCheckTest, AnAnswerThatChangesIsAnInconsistency) {
  AnswerCheck check(ThreeDialogues());
  check.Check(2, "sad", 0.6F);
  check.ResetCounts();
  check.Check(2, "sad", 0.5F);
  check.Check(2, "angry", 0.9F);
  EXPECT_EQ(check.counts().repeated, 2u);
  EXPECT_EQ(check.counts().inconsistent, 1u);
  EXPECT_NEAR(check.counts().largest_probability_change, 0.1, 1e-6);
}

TEST(AnswerCheckTest, CountsOfSeveralGeneratorsAddUp) {
  AnswerCounts all{4, 3, 2, 1, 0.1, {{"sad", 4}}};
  all.Merge({10, 9, 8, 7, 0.2, {{"sad", 1}, {"happy", 9}}});
  EXPECT_EQ(all.compared, 14u);
  EXPECT_EQ(all.correct, 12u);
  EXPECT_EQ(all.repeated, 10u);
  EXPECT_EQ(all.inconsistent, 8u);
  EXPECT_EQ(all.largest_probability_change, 0.2);
  EXPECT_EQ(all.labels.at("sad"), 5u);
}

}  // namespace
}  // namespace emotion::load
