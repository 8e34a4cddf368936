#include "server/models/model_loader.h"

#include <gmock/gmock.h>

#include "tests/models/loading_fixture.h"

namespace emotion {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ModelLoaderTest : public LoadingTest {
 protected:
  std::string Refusal(ModelLoaderOptions options = {}) {
    const auto report =
        Loader(std::move(options)).Load(package_.folder(), Measure);
    return report.ok() ? "loaded" : report.status().message();
  }

  FakePackage package_{folder_.path() / "1.2.3", "fake", "1.2.3"};
};

TEST_F(ModelLoaderTest, AWholePackageBecomesAModelWithAllThatBelongsToIt) {
  const auto report = Loader().Load(package_.folder(), Measure);
  ASSERT_TRUE(report.ok()) << report.status().ToString();
  const LoadedModel& model = *report->model;
  EXPECT_EQ(DisplayName(model), "fake 1.2.3");
  EXPECT_THAT(model.info.labels,
              ElementsAre("others", "happy", "sad", "angry"));
  EXPECT_EQ(model.info.precision, "fp32");
  EXPECT_EQ(model.info.traffic, "chat");
  EXPECT_EQ(model.info.manifest_sha256.size(), 64U);
  EXPECT_EQ(model.info.max_tokens, 24U);
  // Measured over the golden dialogues, of which there is one.
  EXPECT_EQ(model.group.cost.per_item, std::chrono::milliseconds(1));
  EXPECT_TRUE(model.encoder->Encode({"ab"}).ok());
  EXPECT_THAT(observed, ElementsAre("1.2.3"));
  EXPECT_THAT(report->unusable_precisions, IsEmpty());
}

TEST_F(ModelLoaderTest, AutoTakesTheFirstPrecisionThatIsRight) {
  ModelLoaderOptions options{.native_precisions = {"int8", "bf16", "fp32"}};
  EXPECT_EQ(
      Loader(options).Load(package_.folder(), Measure)->model->info.precision,
      "int8");
  broken_file = "model.int8.pt";
  const auto report = Loader(options).Load(package_.folder(), Measure);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->model->info.precision, "fp32");
  ASSERT_EQ(report->unusable_precisions.size(), 1U);
  EXPECT_EQ(report->unusable_precisions[0].first, "int8");
  EXPECT_THAT(report->unusable_precisions[0].second.message(),
              HasSubstr("cannot be loaded"));
}

TEST_F(ModelLoaderTest, ANamedPrecisionIsTakenOrRefused) {
  EXPECT_EQ(Loader({.precision = "int8"})
                .Load(package_.folder(), Measure)
                ->model->info.precision,
            "int8");
  EXPECT_EQ(Refusal({.precision = "bf16"}),
            "precision: is 'bf16'; the package offers fp32, int8");
  broken_file = "model.int8.pt";
  EXPECT_THAT(Refusal({.precision = "int8"}), HasSubstr("cannot be loaded"));
}

TEST_F(ModelLoaderTest, AFileIsVerifiedBeforeItIsParsed) {
  std::ofstream(package_.folder() / "model.fp32.pt") << "a fake of fp33";
  EXPECT_THAT(Refusal(), HasSubstr("model.fp32.pt: has SHA-256"));
  std::ofstream(package_.folder() / "model.fp32.pt") << "half";
  EXPECT_THAT(Refusal(), HasSubstr("model.fp32.pt: has 4 bytes"));
  std::filesystem::remove(package_.folder() / "model.fp32.pt");
  EXPECT_THAT(Refusal(), HasSubstr("model.fp32.pt: is missing"));
  EXPECT_THAT(made, IsEmpty());
}

TEST_F(ModelLoaderTest, AHalfWrittenPackageIsRefused) {
  std::ofstream(package_.folder() / "manifest.json")
      << package_.manifest.dump().substr(0, 200);
  EXPECT_THAT(Refusal(), HasSubstr("manifest.json: "));
  std::filesystem::remove(package_.folder() / "manifest.json");
  EXPECT_THAT(Refusal(), HasSubstr("manifest.json: cannot be read"));
}

TEST_F(ModelLoaderTest, APackageOfAnotherIdentityIsRefusedBeforeItIsParsed) {
  const auto load = [&](const std::string& name, const std::string& version) {
    return Loader().Load(package_.folder(), Measure,
                         ModelIdentity{.name = name, .version = version});
  };
  EXPECT_TRUE(load("fake", "1.2.3").ok());
  made.clear();
  EXPECT_THAT(load("fake", "1.2.4").status().message(),
              HasSubstr("holds fake 1.2.3; expected fake 1.2.4"));
  EXPECT_EQ(load("other", "1.2.3").status().code(),
            StatusCode::kFailedPrecondition);
  EXPECT_THAT(made, IsEmpty());
}

TEST_F(ModelLoaderTest, OtherGoldenAnswersAreRefused) {
  package_.manifest["golden"]["dialogues"][0]["logits"] = {0, 0, 1, 0};
  package_.Write();
  EXPECT_THAT(Refusal(), HasSubstr("golden.dialogues[0]: this server gives"));
}

TEST_F(ModelLoaderTest, AVocabularyOfAnotherSizeIsRefused) {
  package_.manifest["tokenizer"]["vocabulary_size"] = 59;
  package_.Write();
  EXPECT_THAT(Refusal(), HasSubstr("has 58 pieces; the manifest expects 59"));
}

TEST_F(ModelLoaderTest, AnUnknownTrafficIsRefusedWithThoseThereAre) {
  EXPECT_THAT(Refusal({.traffic = "mail"}),
              HasSubstr("is 'mail'; the package is calibrated for chat"));
}

TEST_F(ModelLoaderTest, WhatIsRefusedIsObservedByNobody) {
  broken_file = "model.fp32.pt";
  EXPECT_NE(Refusal(), "loaded");
  EXPECT_THAT(observed, IsEmpty());
}

}  // namespace
}  // namespace emotion
