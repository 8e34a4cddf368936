#include "server/engine/engine.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/engine/engine_fixture.h"

namespace emotion {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(EngineTest, ADialogueIsClassifiedAndItsEventsAreReported) {
  Make();
  AnswerBox box;
  engine_->Classify(route_, {"ab", "", "c"}, {kNever}, box.completion());
  const Result<Answer>& answer = box.Wait();
  ASSERT_TRUE(answer.ok()) << answer.status().ToString();
  engine_->Close();
  EXPECT_EQ(answer->tokens, 7U);  // [CLS] a ##b [SEP] [SEP] c [SEP]
  EXPECT_EQ(answer->truncated_turns.count(), 0U);
  EXPECT_EQ(answer->timings.batch_dialogues, 1U);
  EXPECT_EQ(answer->timings.batch_tokens, 7U);
  const std::string label = std::to_string(answer->prediction.label);
  EXPECT_THAT(observer_.events(),
              ElementsAre("encoded 7", "left executed",
                          "inference 1 dialogues 7 tokens",
                          "predicted " + label, "answered OK"));
}

TEST_F(EngineTest, EachOfManyDialoguesGetsItsOwnAnswer) {
  Make();
  std::vector<AnswerBox> boxes(200);
  std::vector<std::size_t> expected;
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const std::string turn(1 + i % 17, static_cast<char>('a' + i % 26));
    expected.push_back(
        classifier_.LabelOf(encoder_->Encode({turn}).value().token_ids));
    engine_->Classify(route_, {turn}, {kNever}, boxes[i].completion());
  }
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const Result<Answer>& answer = boxes[i].Wait();
    ASSERT_TRUE(answer.ok()) << answer.status().ToString();
    EXPECT_EQ(answer->prediction.label, expected[i]) << "dialogue " << i;
  }
}

TEST_F(EngineTest, WhatWaitsWhileTheWorkerIsBusyRidesTogether) {
  Make();
  OccupyWorker();
  AnswerBox boxes[3];
  for (AnswerBox& box : boxes) {
    engine_->Classify(route_, {"ab"}, {kNever}, box.completion());
  }
  classifier_.Open();
  EXPECT_EQ(boxes[2].Wait()->timings.batch_dialogues, 3U);
  EXPECT_THAT(classifier_.batches(), ElementsAre(1, 3));
}

TEST_F(EngineTest, ManyDialoguesOfOneCallEnterTheQueueTogether) {
  Make();
  OccupyWorker();
  AnswerBox boxes[3];
  std::vector<Completion<Answer>> completions;
  for (AnswerBox& box : boxes) completions.push_back(box.completion());
  const Dialogue dialogues[] = {{"a"}, {"\xff"}, {"b"}};
  const auto tickets = engine_->ClassifyMany(route_, dialogues, {kNever},
                                             std::move(completions));
  EXPECT_TRUE(tickets[0].has_value());
  EXPECT_FALSE(tickets[1].has_value());
  EXPECT_TRUE(tickets[2].has_value());
  EXPECT_EQ(boxes[1].Wait().status().code(), StatusCode::kInvalidArgument);
  classifier_.Open();
  EXPECT_EQ(boxes[0].Wait()->timings.batch_dialogues, 2U);
  EXPECT_EQ(boxes[2].Wait()->timings.batch_dialogues, 2U);
}

TEST_F(EngineTest, UnreadableInputIsRefusedAtOnce) {
  Make();
  AnswerBox box;
  EXPECT_FALSE(
      engine_->Classify(route_, {"a", "ok\xff"}, {kNever}, box.completion()));
  const Status status = box.Wait().status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(status.field(), "turns[1]");
  EXPECT_EQ(observer_.Count("invalid encoding"), 1U);
  EXPECT_EQ(observer_.Count("answered INVALID_ARGUMENT"), 1U);
}

TEST_F(EngineTest, APoisonousDialogueHarmsOnlyItself) {
  Make();
  const auto poison = encoder_->Encode({"q"}).value().token_ids[1];
  classifier_.FailOnToken(poison);
  OccupyWorker();
  AnswerBox boxes[3];
  engine_->Classify(route_, {"a"}, {kNever}, boxes[0].completion());
  engine_->Classify(route_, {"q"}, {kNever}, boxes[1].completion());
  engine_->Classify(route_, {"b"}, {kNever}, boxes[2].completion());
  classifier_.Open();
  EXPECT_TRUE(boxes[0].Wait().ok());
  EXPECT_EQ(boxes[1].Wait().status().code(), StatusCode::kInternal);
  EXPECT_TRUE(boxes[2].Wait().ok());
}

TEST_F(EngineTest, AFailedBatchIsHalvedUntilTheBadDialogueIsAlone) {
  Make();
  classifier_.FailOnToken(encoder_->Encode({"q"}).value().token_ids[1]);
  OccupyWorker();
  AnswerBox boxes[8];
  for (std::size_t i = 0; i < 8; ++i) {
    engine_->Classify(route_, {i == 5 ? "q" : "a"}, {kNever},
                      boxes[i].completion());
  }
  classifier_.Open();
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(boxes[i].Wait().ok(), i != 5) << "dialogue " << i;
  }
  // All; the good half; the bad one, and its halves.
  EXPECT_THAT(classifier_.batches(), ElementsAre(1, 8, 4, 4, 2, 1, 1, 2));
}

TEST_F(EngineTest, SeveralBadDialoguesHarmNobodyElse) {
  Make();
  classifier_.FailOnToken(encoder_->Encode({"q"}).value().token_ids[1]);
  OccupyWorker();
  std::vector<AnswerBox> boxes(64);
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    engine_->Classify(route_, {i % 3 == 0 ? "q" : "a"}, {kNever},
                      boxes[i].completion());
  }
  classifier_.Open();
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    EXPECT_EQ(boxes[i].Wait().ok(), i % 3 != 0) << "dialogue " << i;
  }
}

TEST_F(EngineTest, AnAnswerBringsItsModelBackAndHoldsIt) {
  Make();
  AnswerBox box;
  engine_->Classify(route_, {"ab"}, {kNever}, box.completion());
  const LoadedModel* const model = route_.model.get();
  std::weak_ptr<const LoadedModel> alive = route_.model;
  // Nobody but the request holds it any more.
  route_ = {};
  EXPECT_EQ(box.Wait()->model.get(), model);
  EXPECT_FALSE(alive.expired());
}

TEST_F(EngineTest, ABatchNeverMixesModels) {
  Make();
  FakeClassifier other_classifier(3);
  const ModelRoute other{
      .model = MakeTestModel(other_classifier,
                             {.version = "2.0.0", .labels = {"a", "b", "c"}})};
  OccupyWorker();
  AnswerBox boxes[4];
  for (std::size_t i = 0; i < 4; ++i) {
    engine_->Classify(i % 2 == 0 ? route_ : other, {"ab"}, {kNever},
                      boxes[i].completion());
  }
  classifier_.Open();
  for (std::size_t i = 0; i < 4; ++i) {
    const Result<Answer>& answer = boxes[i].Wait();
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->model, i % 2 == 0 ? route_.model : other.model);
    EXPECT_EQ(answer->prediction.probabilities.size(), i % 2 == 0 ? 4U : 3U);
    EXPECT_EQ(answer->timings.batch_dialogues, 2U);
  }
  EXPECT_THAT(classifier_.batches(), ElementsAre(1, 2));
  EXPECT_THAT(other_classifier.batches(), ElementsAre(2));
}

TEST_F(EngineTest, BeforeOpenAndAfterDrainDialoguesAreRefused) {
  Make({}, /*open=*/false);
  AnswerBox early;
  engine_->Classify(route_, {"a"}, {kNever}, early.completion());
  EXPECT_EQ(early.Wait().status().code(), StatusCode::kUnavailable);
  EXPECT_EQ(early.Wait().status().reason(), "not_ready");
  engine_->Open();
  engine_->Drain();
  AnswerBox late;
  engine_->Classify(route_, {"a"}, {kNever}, late.completion());
  EXPECT_EQ(late.Wait().status().code(), StatusCode::kUnavailable);
  EXPECT_EQ(late.Wait().status().reason(), "draining");
  EXPECT_EQ(observer_.Count("rejected not_ready"), 1U);
  EXPECT_EQ(observer_.Count("rejected draining"), 1U);
}

}  // namespace
}  // namespace emotion
