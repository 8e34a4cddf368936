#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "server/engine/engine.h"
#include "tests/support/answer_box.h"
#include "tests/support/fake_classifier.h"
#include "tests/support/manual_clock.h"
#include "tests/support/recording_observer.h"
#include "tests/support/small_encoder.h"
#include "tests/support/test_model.h"

namespace emotion {

// An engine, and a model over a true encoder and a fake classifier, by a clock
// that stands.
class EngineTest : public testing::Test {
 protected:
  static constexpr Clock::TimePoint kNever = Clock::TimePoint::max();

  void Make(BatchOptions options = {}, bool open = true) {
    auto engine = Engine::Create(options, clock_, observer_, observer_);
    ASSERT_TRUE(engine.ok()) << engine.status().ToString();
    engine_ = *std::move(engine);
    if (open) engine_->Open();
  }

  // Keeps the only worker busy inside the classifier until Open().
  void OccupyWorker() {
    classifier_.Shut();
    engine_->Classify(route_, {"z"}, {kNever}, occupant_.completion());
    classifier_.BlockUntilCalls(1);
  }

  const std::unique_ptr<DialogueEncoder> encoder_ = SmallEncoder();
  FakeClassifier classifier_;
  ManualClock clock_;
  RecordingObserver observer_;
  ModelRoute route_{
      .model = MakeTestModel(classifier_, {.observer = observer_.ForModel()}),
      .shadow = nullptr};
  AnswerBox occupant_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace emotion
