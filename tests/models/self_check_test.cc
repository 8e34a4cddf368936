#include "server/models/self_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_classifier.h"
#include "tests/support/small_encoder.h"

namespace emotion {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class SelfCheckTest : public testing::Test {
 protected:
  // A manifest whose golden answers are those of the fake.
  SelfCheckTest() {
    manifest_.labels = {"a", "b", "c", "d"};
    for (const char* turn : {"hello", "oh no!"}) {
      const Encoding encoding = encoder_->Encode({turn}).value();
      GoldenDialogue golden;
      golden.turns = {turn};
      golden.token_ids = encoding.token_ids;
      golden.segment_ids = encoding.segment_ids;
      golden.logits.resize(4);
      const std::size_t label = classifier_.LabelOf(encoding.token_ids);
      golden.logits[label] = 1;
      golden.label = manifest_.labels[label];
      manifest_.golden.push_back(golden);
    }
  }

  Status Check() { return SelfCheck(manifest_, *encoder_, classifier_, 1e-3F); }

  const std::unique_ptr<DialogueEncoder> encoder_ = SmallEncoder();
  FakeClassifier classifier_;
  Manifest manifest_;
};

TEST_F(SelfCheckTest, TheRightAnswersPass) {
  EXPECT_TRUE(Check().ok()) << Check().ToString();
}

TEST_F(SelfCheckTest, AnotherTokenIsNamed) {
  manifest_.golden[1].token_ids[1] += 1;
  EXPECT_EQ(Check().code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(Check().message(), AllOf(HasSubstr("golden.dialogues[1]"),
                                       HasSubstr("the tokens [2, ")));
}

TEST_F(SelfCheckTest, AnotherSegmentIsNamed) {
  manifest_.golden[0].segment_ids[0] = 1;
  EXPECT_THAT(Check().message(), HasSubstr("the segments [0, "));
}

TEST_F(SelfCheckTest, AnotherCutIsNamed) {
  manifest_.golden[0].truncated_turns = {0};
  EXPECT_THAT(Check().message(), HasSubstr("the cut turns []; expected [0]"));
}

TEST_F(SelfCheckTest, ALogitBeyondTheToleranceIsNamed) {
  manifest_.golden[0].logits[2] += 0.002F;
  EXPECT_THAT(Check().message(),
              AllOf(HasSubstr("golden.dialogues[0]"), HasSubstr("the logits"),
                    HasSubstr("within 0.001")));
}

TEST_F(SelfCheckTest, ALogitWithinTheTolerancePasses) {
  manifest_.golden[0].logits[2] += 0.0005F;
  EXPECT_TRUE(Check().ok()) << Check().ToString();
}

TEST_F(SelfCheckTest, AnotherLabelIsNamed) {
  manifest_.golden[0].label = "happy";
  EXPECT_THAT(Check().message(), HasSubstr("expected 'happy'"));
}

TEST_F(SelfCheckTest, AModelThatFailsStopsTheStart) {
  classifier_.FailOnToken(manifest_.golden[1].token_ids[1]);
  EXPECT_EQ(Check().code(), StatusCode::kInternal);
}

}  // namespace
}  // namespace emotion
