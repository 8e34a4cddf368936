#include <gmock/gmock.h>

#include <chrono>
#include <vector>

#include "tests/engine/engine_fixture.h"

namespace emotion {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

const CallContext kBulk{.priority = Priority::kBulk};

TEST_F(EngineTest, AnInteractiveDialogueOvertakesBulk) {
  Make();
  OccupyWorker();
  AnswerBox bulk[2];
  for (AnswerBox& box : bulk)
    engine_->Classify(route_, {"a"}, kBulk, box.completion());
  AnswerBox interactive;
  engine_->Classify(route_, {"b"}, {}, interactive.completion());
  EXPECT_EQ(engine_->queue_stats().bulk_items, 2U);
  classifier_.Open();
  EXPECT_EQ(interactive.Wait()->timings.batch_dialogues, 1U);
  EXPECT_EQ(bulk[1].Wait()->timings.batch_dialogues, 2U);
  EXPECT_THAT(classifier_.batches(), ElementsAre(1, 1, 2));
  engine_->Close();
  EXPECT_EQ(observer_.Count("left executed bulk"), 2U);
  EXPECT_EQ(observer_.Count("left executed"), 2U);  // And the occupant.
}

TEST_F(EngineTest, ThePriorityHoldsForEachOfManyDialogues) {
  Make();
  OccupyWorker();
  AnswerBox boxes[2];
  std::vector<Completion<Answer>> completions;
  for (AnswerBox& box : boxes) completions.push_back(box.completion());
  const Dialogue dialogues[] = {{"a"}, {"b"}};
  engine_->ClassifyMany(route_, dialogues, kBulk, std::move(completions));
  EXPECT_EQ(engine_->queue_stats().bulk_items, 2U);
  classifier_.Open();
  EXPECT_TRUE(boxes[1].Wait().ok());
}

TEST_F(EngineTest, BulkThatFillsItsShareLeavesSpaceForOthers) {
  Make({.max_queue_items = 2, .max_bulk_percent = 50});
  OccupyWorker();
  AnswerBox waits;
  AnswerBox refused;
  AnswerBox interactive;
  EXPECT_TRUE(engine_->Classify(route_, {"a"}, kBulk, waits.completion()));
  EXPECT_FALSE(engine_->Classify(route_, {"b"}, kBulk, refused.completion()));
  EXPECT_TRUE(engine_->Classify(route_, {"c"}, {}, interactive.completion()));
  const Status status = refused.Wait().status();
  EXPECT_EQ(status.code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(status.reason(), "queue_full");
  EXPECT_GT(*status.retry_after(), milliseconds(0));
  classifier_.Open();
  EXPECT_TRUE(waits.Wait().ok());
  EXPECT_TRUE(interactive.Wait().ok());
}

TEST_F(EngineTest, BulkThatExpiresOrIsCancelledIsToldAsBulk) {
  Make();
  OccupyWorker();
  CallContext brief = kBulk;
  brief.deadline = clock_.Now() + milliseconds(5);
  AnswerBox expired;
  AnswerBox cancelled;
  engine_->Classify(route_, {"a"}, brief, expired.completion());
  const auto ticket =
      engine_->Classify(route_, {"b"}, kBulk, cancelled.completion());
  engine_->Cancel(*ticket);
  clock_.Advance(milliseconds(5));
  classifier_.Open();
  EXPECT_EQ(expired.Wait().status().code(), StatusCode::kDeadlineExceeded);
  EXPECT_EQ(cancelled.Wait().status().code(), StatusCode::kCancelled);
  engine_->Close();
  EXPECT_EQ(observer_.Count("left expired bulk"), 1U);
  EXPECT_EQ(observer_.Count("left cancelled bulk"), 1U);
}

}  // namespace
}  // namespace emotion
