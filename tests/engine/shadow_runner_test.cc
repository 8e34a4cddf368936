#include "server/engine/shadow_runner.h"

#include <gmock/gmock.h>

#include "tests/engine/engine_fixture.h"

namespace emotion {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// An engine whose model has a shadow that knows three labels of its own.
class ShadowTest : public EngineTest {
 protected:
  ShadowTest() {
    route_.shadow = MakeTestModel(shadow_classifier_,
                                  {.version = "2.0.0",
                                   .labels = {"others", "happy", "furious"},
                                   .observer = shadow_.ForModel()});
  }

  void Classify(const Dialogue& dialogue) {
    AnswerBox box;
    engine_->Classify(route_, dialogue, {kNever}, box.completion());
    ASSERT_TRUE(box.Wait().ok());
  }

  // Returns once the shadow's first forward pass has begun.
  void BlockUntilShadowRuns() {
    while (shadow_classifier_.batches().empty()) {
      engine_->shadows().Wake();
      std::this_thread::yield();
    }
  }

  FakeClassifier shadow_classifier_{3};
  RecordingObserver shadow_;
};

TEST_F(ShadowTest, WhatWasAnsweredIsComparedWithTheShadowsOwnLabel) {
  Make();
  // Token ids are 2 + x + 3 for the letter x from 6 on: modulo 4 and 3.
  for (const char* turn : {"a", "b", "c", "d"}) {
    Classify({turn});
    engine_->shadows().WaitUntilIdle();
  }
  EXPECT_THAT(
      shadow_.events(),
      ElementsAre(
          "inference 1 dialogues 3 tokens", "shadow changed angry to furious",
          "inference 1 dialogues 3 tokens", "shadow agreed others to others",
          "inference 1 dialogues 3 tokens", "shadow agreed happy to happy",
          "inference 1 dialogues 3 tokens", "shadow changed sad to furious"));
}

TEST_F(ShadowTest, NobodyWaitsForTheShadowAndItTakesOneDialogueAtATime) {
  Make();
  shadow_classifier_.Shut();
  Classify({"a"});
  BlockUntilShadowRuns();
  Classify({"b"});
  Classify({"c"});
  shadow_classifier_.Open();
  engine_->shadows().WaitUntilIdle();
  EXPECT_THAT(shadow_classifier_.batches(), ElementsAre(1, 1, 1));
}

TEST_F(ShadowTest, NoShadowBeginsWhileAWorkerRunsABatch) {
  Make();
  // As if a second worker had a long batch.
  engine_->shadows().OnBatchBegins();
  Classify({"a"});
  Classify({"b"});
  EXPECT_THAT(shadow_classifier_.batches(), IsEmpty());
  engine_->shadows().OnBatchEnds();
  engine_->shadows().WaitUntilIdle();
  EXPECT_THAT(shadow_classifier_.batches(), ElementsAre(1, 1));
}

TEST_F(ShadowTest, AfterAPassTheShadowRestsFourTimesAsLong) {
  Make();
  shadow_classifier_.Shut();
  Classify({"a"});
  BlockUntilShadowRuns();
  clock_.Advance(std::chrono::milliseconds(10));
  shadow_classifier_.Open();
  engine_->shadows().WaitUntilIdle();
  Classify({"b"});
  clock_.Advance(std::chrono::milliseconds(39));
  // Another pass would be seen here, since its thread looks each time.
  for (int i = 0; i < 100; ++i) engine_->shadows().Wake();
  EXPECT_THAT(shadow_classifier_.batches(), ElementsAre(1));
  clock_.Advance(std::chrono::milliseconds(1));
  engine_->shadows().WaitUntilIdle();
  EXPECT_THAT(shadow_classifier_.batches(), ElementsAre(1, 1));
}

TEST_F(ShadowTest, WhatDoesNotFitIsDroppedAndCounted) {
  Make();
  shadow_classifier_.Shut();
  Classify({"a"});
  BlockUntilShadowRuns();
  for (std::size_t i = 0; i < ShadowRunner::kMostWaiting + 2; ++i) {
    Classify({"a"});
  }
  EXPECT_EQ(shadow_.Count("shadow dropped angry"), 2U);
  shadow_classifier_.Open();
  engine_->shadows().WaitUntilIdle();
  EXPECT_EQ(shadow_.Count("shadow changed angry to furious"),
            ShadowRunner::kMostWaiting + 1);
}

TEST_F(ShadowTest, AShadowThatFailsIsCountedAndHarmsNobody) {
  Make();
  shadow_classifier_.FailOnToken(6);
  Classify({"a"});
  engine_->shadows().WaitUntilIdle();
  EXPECT_THAT(shadow_.events(),
              ElementsAre("inference 1 dialogues 3 tokens failed",
                          "shadow failed angry"));
}

TEST_F(ShadowTest, WhatIsNotAnsweredIsNotShadowed) {
  Make();
  AnswerBox box;
  engine_->Classify(route_, {"\xff"}, {kNever}, box.completion());
  EXPECT_FALSE(box.Wait().ok());
  engine_->shadows().WaitUntilIdle();
  EXPECT_THAT(shadow_.events(), IsEmpty());
}

TEST_F(ShadowTest, ClosingDropsWhatWaits) {
  Make();
  shadow_classifier_.Shut();
  Classify({"a"});
  BlockUntilShadowRuns();
  Classify({"b"});
  std::thread closer([this] { engine_->Close(); });
  shadow_.BlockUntil("shadow dropped");
  shadow_classifier_.Open();
  closer.join();
  EXPECT_THAT(shadow_.events(),
              UnorderedElementsAre("shadow dropped others",
                                   "inference 1 dialogues 3 tokens",
                                   "shadow changed angry to furious"));
}

}  // namespace
}  // namespace emotion
