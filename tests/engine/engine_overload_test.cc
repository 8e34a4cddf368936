#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "tests/engine/engine_fixture.h"

namespace emotion {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

TEST_F(EngineTest, AFullQueueRefusesWithATimeToWait) {
  BatchOptions options;
  options.max_queue_items = 1;
  Make(options);
  OccupyWorker();
  AnswerBox waits;
  AnswerBox refused;
  EXPECT_TRUE(engine_->Classify(route_, {"a"}, {kNever}, waits.completion()));
  EXPECT_FALSE(
      engine_->Classify(route_, {"b"}, {kNever}, refused.completion()));
  const Status status = refused.Wait().status();
  EXPECT_EQ(status.code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(status.reason(), "queue_full");
  ASSERT_TRUE(status.retry_after().has_value());
  EXPECT_GT(*status.retry_after(), milliseconds(0));
  EXPECT_EQ(observer_.Count("rejected queue_full"), 1U);
  classifier_.Open();
  EXPECT_TRUE(waits.Wait().ok());
}

TEST_F(EngineTest, OfManyDialoguesTheFirstOnesGetIn) {
  BatchOptions options;
  options.max_queue_items = 2;
  Make(options);
  OccupyWorker();
  AnswerBox boxes[3];
  std::vector<Completion<Answer>> completions;
  for (AnswerBox& box : boxes) completions.push_back(box.completion());
  const Dialogue dialogues[] = {{"a"}, {"b"}, {"c"}};
  engine_->ClassifyMany(route_, dialogues, {kNever}, std::move(completions));
  EXPECT_EQ(boxes[2].Wait().status().code(), StatusCode::kResourceExhausted);
  classifier_.Open();
  EXPECT_TRUE(boxes[0].Wait().ok());
  EXPECT_TRUE(boxes[1].Wait().ok());
}

TEST_F(EngineTest, ADeadlineThatHasPassedIsNotEvenRead) {
  Make();
  AnswerBox box;
  engine_->Classify(route_, {"a"}, {clock_.Now()}, box.completion());
  EXPECT_EQ(box.Wait().status().code(), StatusCode::kDeadlineExceeded);
  engine_->Close();
  EXPECT_THAT(observer_.events(),
              ElementsAre("expired admission", "answered DEADLINE_EXCEEDED"));
  EXPECT_TRUE(classifier_.batches().empty());
}

TEST_F(EngineTest, ADialogueThatExpiresInTheQueueIsNeverRun) {
  Make();
  OccupyWorker();
  AnswerBox box;
  engine_->Classify(route_, {"a"}, {clock_.Now() + milliseconds(5)},
                    box.completion());
  clock_.Advance(milliseconds(6));
  classifier_.Open();
  EXPECT_EQ(box.Wait().status().code(), StatusCode::kDeadlineExceeded);
  engine_->Close();
  EXPECT_EQ(observer_.Count("expired queue"), 1U);
  EXPECT_EQ(observer_.Count("left expired"), 1U);
  EXPECT_THAT(classifier_.batches(), ElementsAre(1));
}

TEST_F(EngineTest, AnAnswerThatComesTooLateIsWastedWork) {
  Make();
  classifier_.Shut();
  AnswerBox box;
  engine_->Classify(route_, {"a"}, {clock_.Now() + milliseconds(5)},
                    box.completion());
  classifier_.BlockUntilCalls(1);
  clock_.Advance(milliseconds(6));
  classifier_.Open();
  EXPECT_EQ(box.Wait().status().code(), StatusCode::kDeadlineExceeded);
  EXPECT_EQ(observer_.Count("expired execute"), 1U);
}

TEST_F(EngineTest, ACancelledDialogueLeavesTheQueueAtOnce) {
  Make();
  OccupyWorker();
  AnswerBox box;
  const auto ticket =
      engine_->Classify(route_, {"a"}, {kNever}, box.completion());
  engine_->Cancel(*ticket);
  EXPECT_TRUE(box.answered());
  EXPECT_EQ(box.Wait().status().code(), StatusCode::kCancelled);
  EXPECT_EQ(engine_->queue_stats().items, 0U);
  EXPECT_EQ(observer_.Count("cancelled queue"), 1U);
  classifier_.Open();
  engine_->Close();
  EXPECT_THAT(classifier_.batches(), ElementsAre(1));
}

TEST_F(EngineTest, ACallerWhoLeavesAtItsDeadlineHasExpired) {
  Make();
  OccupyWorker();
  AnswerBox box;
  const auto ticket = engine_->Classify(
      route_, {"a"}, {clock_.Now() + milliseconds(5)}, box.completion());
  clock_.Advance(milliseconds(5));
  engine_->Cancel(*ticket);
  EXPECT_EQ(box.Wait().status().code(), StatusCode::kDeadlineExceeded);
  classifier_.Open();
}

TEST_F(EngineTest, ADialogueThatRunsIsRunToItsEndAndCountedOnce) {
  Make();
  classifier_.Shut();
  AnswerBox box;
  std::atomic<bool> gone{false};
  const auto ticket = engine_->Classify(
      route_, {"a"}, {kNever, [&] { return gone.load(); }}, box.completion());
  classifier_.BlockUntilCalls(1);
  gone.store(true);
  engine_->Cancel(*ticket);
  EXPECT_FALSE(box.answered());
  classifier_.Open();
  EXPECT_EQ(box.Wait().status().code(), StatusCode::kCancelled);
  engine_->Close();
  EXPECT_THAT(observer_.events(),
              ElementsAre("encoded 3", "left executed",
                          "inference 1 dialogues 3 tokens", "cancelled execute",
                          "answered CANCELLED"));
}

TEST_F(EngineTest, CloseAnswersAllThatWasAdmitted) {
  Make();
  OccupyWorker();
  std::vector<AnswerBox> boxes(50);
  for (AnswerBox& box : boxes) {
    engine_->Classify(route_, {"abc"}, {kNever}, box.completion());
  }
  std::thread closer([&] { engine_->Close(); });
  classifier_.Open();
  closer.join();
  for (AnswerBox& box : boxes) {
    ASSERT_TRUE(box.answered());
    EXPECT_TRUE(box.Wait().ok());
  }
}

}  // namespace
}  // namespace emotion
