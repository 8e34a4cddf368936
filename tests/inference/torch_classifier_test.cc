#include "server/inference/torch_classifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/script.h>

#include "tests/support/test_package.h"

namespace emotion {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// A "model" that gives for each dialogue its first token and its length.
constexpr char kPacked[] = R"(
def forward(self, ids, segments, offsets):
    first = ids.index_select(0, offsets[:-1])
    return torch.stack([first, offsets[1:] - offsets[:-1]], 1).float()
)";
// The same over padded rows, as a tuple, as a stock trace gives it.
constexpr char kPadded[] = R"(
def forward(self, ids, mask, segments):
    return (torch.stack([ids[:, 0], mask.sum(1)], 1).float(),)
)";
constexpr char kWrongShape[] = R"(
def forward(self, ids, segments, offsets):
    return ids.float()
)";
constexpr char kNotANumber[] = R"(
def forward(self, ids, segments, offsets):
    logits = torch.zeros(offsets.size(0) - 1, 2)
    return torch.where(ids.max() > 99, logits / 0, logits)
)";
// Throws on a token above 99.
constexpr char kThrows[] = R"(
def forward(self, ids, segments, offsets):
    known = torch.zeros(100, 2).index_select(0, ids)
    return known[:offsets.size(0) - 1]
)";

class TorchClassifierTest : public testing::Test {
 protected:
  Result<std::unique_ptr<TorchClassifier>> Load(const char* code,
                                                Layout layout) {
    torch::jit::Module module("tiny");
    module.define(code);
    const auto file = folder_.path() / "model.pt";
    module.save(file.string());
    Manifest manifest;
    manifest.layout = layout;
    manifest.labels = {"calm", "cross"};
    manifest.calibration = {1.0F, {0, 0}};
    manifest.golden.push_back({{"a"}, {1, 2}, {0, 0}, {}, {0, 0}, "calm"});
    return TorchClassifier::Create(file, manifest);
  }

  TemporaryFolder folder_;
};

TokenBatch ThreeDialogues() {
  TokenBatch batch;
  batch.Add({{4, 5, 6}, {0, 0, 0}, {}, 0});
  batch.Add({{7, 8}, {0, 0}, {}, 0});
  batch.Add({{9, 1, 2}, {0, 0, 0}, {}, 0});
  return batch;
}

// What kPacked and kPadded give for ThreeDialogues.
void ExpectFirstTokensAndLengths(
    const Result<std::unique_ptr<TorchClassifier>>& classifier) {
  ASSERT_TRUE(classifier.ok()) << classifier.status().ToString();
  const auto predictions = (*classifier)->Predict(ThreeDialogues());
  ASSERT_TRUE(predictions.ok());
  ASSERT_EQ(predictions->size(), 3U);
  EXPECT_THAT((*predictions)[0].logits, ElementsAre(4, 3));
  EXPECT_THAT((*predictions)[1].logits, ElementsAre(7, 2));
  EXPECT_THAT((*predictions)[2].logits, ElementsAre(9, 3));
}

TEST_F(TorchClassifierTest, APackedTraceAnswersEachDialogueInOrder) {
  ExpectFirstTokensAndLengths(Load(kPacked, Layout::kPacked));
}

TEST_F(TorchClassifierTest, APaddedTraceNeverSeesPadding) {
  ExpectFirstTokensAndLengths(Load(kPadded, Layout::kPadded));
}

TEST_F(TorchClassifierTest, AFileThatIsNoArchiveIsNamed) {
  const TestPackage package;
  const auto classifier =
      TorchClassifier::Create(package.path() / "model.fp32.pt", Manifest());
  EXPECT_EQ(classifier.status().code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(classifier.status().message(),
              AllOf(HasSubstr("model.fp32.pt"), HasSubstr("TorchScript")));
}

TEST_F(TorchClassifierTest, LogitsOfAnotherShapeStopTheStart) {
  const auto classifier = Load(kWrongShape, Layout::kPacked);
  EXPECT_EQ(classifier.status().code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(classifier.status().message(),
              HasSubstr("another shape than [1, 2]"));
}

TEST_F(TorchClassifierTest, ALogitThatIsNoNumberIsNeverALabel) {
  const auto classifier = Load(kNotANumber, Layout::kPacked);
  ASSERT_TRUE(classifier.ok()) << classifier.status().ToString();
  TokenBatch batch;
  batch.Add({{100}, {0}, {}, 0});
  const auto predictions = (*classifier)->Predict(batch);
  EXPECT_EQ(predictions.status().code(), StatusCode::kInternal);
  EXPECT_THAT(predictions.status().message(), HasSubstr("not finite"));
}

TEST_F(TorchClassifierTest, AModelThatThrowsGivesAStatusAndGoesOn) {
  const auto classifier = Load(kThrows, Layout::kPacked);
  ASSERT_TRUE(classifier.ok()) << classifier.status().ToString();
  TokenBatch poison;
  poison.Add({{100}, {0}, {}, 0});
  EXPECT_EQ((*classifier)->Predict(poison).status().code(),
            StatusCode::kInternal);
  EXPECT_TRUE((*classifier)->Predict(ThreeDialogues()).ok());
}

}  // namespace
}  // namespace emotion
