#include "server/inference/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/inference/sha256.h"
#include "tests/support/test_package.h"

namespace emotion {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(ManifestTest, AValidPackageIsReadWhole) {
  TestPackage package;
  package.Write();
  const Result<Manifest> manifest = LoadManifest(package.path());
  ASSERT_TRUE(manifest.ok()) << manifest.status().ToString();
  EXPECT_EQ(manifest->name, "tiny");
  EXPECT_EQ(manifest->model_version, "1.2.3");
  EXPECT_EQ(manifest->layout, Layout::kPacked);
  EXPECT_THAT(manifest->labels, ElementsAre("calm", "cross"));
  EXPECT_EQ(manifest->limits.max_turns, 3U);
  EXPECT_EQ(manifest->limits.max_turn_bytes, 100U);
  EXPECT_EQ(manifest->limits.max_tokens, 16U);
  EXPECT_TRUE(manifest->tokenizer.lowercase);
  EXPECT_FALSE(manifest->tokenizer.strip_accents);
  EXPECT_EQ(manifest->tokenizer.vocabulary_size, 5U);
  EXPECT_EQ(manifest->heads, 2U);
  EXPECT_EQ(manifest->traffic, "chat");
  EXPECT_EQ(manifest->calibration.temperature, 2.0F);
  EXPECT_EQ(manifest->calibration.head, 0U);
  EXPECT_THAT(manifest->calibration.bias, ElementsAre(0.5F, 0.0F));
  ASSERT_EQ(manifest->golden.size(), 1U);
  EXPECT_THAT(manifest->golden[0].token_ids, ElementsAre(1, 2, 3));
  EXPECT_EQ(manifest->golden[0].label, "calm");
  EXPECT_EQ(manifest->sha256, Sha256(package.manifest.dump()));
}

TEST(ManifestTest, TheTrafficChoosesTheCalibrationAndTheGoldenLabels) {
  TestPackage package;
  package.Write();
  const Result<Manifest> manifest = LoadManifest(package.path(), "mail");
  ASSERT_TRUE(manifest.ok()) << manifest.status().ToString();
  EXPECT_EQ(manifest->traffic, "mail");
  EXPECT_EQ(manifest->calibration.head, 1U);
  EXPECT_THAT(manifest->calibration.bias, ElementsAre(0.0F, 0.25F));
  EXPECT_EQ(manifest->golden[0].label, "cross");
}

TEST(ManifestTest, ATrafficThatThePackageLacksIsNamedWithThoseItHas) {
  TestPackage package;
  package.Write();
  EXPECT_EQ(LoadManifest(package.path(), "post").status().ToString(),
            "INVALID_ARGUMENT: traffic: is 'post'; the package is calibrated "
            "for chat, mail");
}

TEST(ManifestTest, AFolderWithoutAManifestIsNoPackage) {
  const TemporaryFolder folder;
  const Result<Manifest> manifest = LoadManifest(folder.path());
  EXPECT_EQ(manifest.status().code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(manifest.status().message(),
              AllOf(HasSubstr((folder.path() / "manifest.json").string()),
                    HasSubstr("expected a model package")));
}

TEST(ManifestTest, AMissingFileIsNamed) {
  TestPackage package;
  package.Write();
  std::filesystem::remove(package.path() / "vocab.txt");
  EXPECT_THAT(LoadManifest(package.path()).status().message(),
              AllOf(HasSubstr("vocab.txt"), HasSubstr("is missing")));
}

TEST(VerifyFileTest, AFileOfAnotherSizeIsNamed) {
  TestPackage package;
  package.Write();
  const Result<Manifest> manifest = LoadManifest(package.path());
  ASSERT_TRUE(manifest.ok()) << manifest.status().ToString();
  package.WriteFile("model.fp32.pt", "short");
  EXPECT_THAT(VerifyFile(package.path(), *manifest, "model.fp32.pt").message(),
              AllOf(HasSubstr("model.fp32.pt"), HasSubstr("has 5 bytes"),
                    HasSubstr("expects 18")));
}

TEST(VerifyFileTest, EveryFlippedBitOfAFileIsFound) {
  TestPackage package;
  package.Write();
  const Result<Manifest> manifest = LoadManifest(package.path());
  ASSERT_TRUE(manifest.ok()) << manifest.status().ToString();
  const std::string content = "not really a model";
  EXPECT_TRUE(VerifyFile(package.path(), *manifest, "model.fp32.pt").ok());
  for (std::size_t bit = 0; bit < content.size() * 8; ++bit) {
    std::string flipped = content;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    package.WriteFile("model.fp32.pt", flipped);
    EXPECT_THAT(
        VerifyFile(package.path(), *manifest, "model.fp32.pt").message(),
        AllOf(HasSubstr("model.fp32.pt: has SHA-256"),
              HasSubstr("the manifest expects")));
  }
}

TEST(ManifestTest, ADamagedVocabularyIsFound) {
  TestPackage package;
  package.Write();
  package.WriteFile("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\nb\n");
  EXPECT_THAT(LoadManifest(package.path()).status().message(),
              HasSubstr("vocab.txt: has SHA-256"));
}

// A field that is set to a value, or removed, and what the error must say.
struct Fault {
  const char* pointer;
  json value;
  const char* message;
};

TEST(ManifestTest, EachWrongFieldIsNamedWithItsValueAndWhatWasExpected) {
  const Fault faults[] = {
      {"/format_version", 1, "format_version: is 1; expected 3"},
      {"/name", 7, "name: is 7; expected a text"},
      {"/layout", "dense", "layout: is 'dense'; expected 'packed' or 'padded'"},
      {"/labels", {"one"}, "labels: is 1 names; expected 2 to 64"},
      {"/limits/max_turns", 9,
       "limits.max_turns: is 9; expected a whole number from 1 to 8"},
      {"/limits/max_tokens", 4,
       "limits.max_tokens: is 4; expected a whole number from 5 to 65536"},
      {"/limits/max_turn_bytes", -3,
       "limits.max_turn_bytes: is -3; expected a whole number"},
      {"/tokenizer/lowercase", "yes",
       "tokenizer.lowercase: is \"yes\"; expected true or false"},
      {"/traffic", "post", "traffic: is 'post'; expected one of traffics"},
      {"/heads", 0, "heads: is 0; expected a whole number from 1 to 16"},
      {"/traffics/chat/temperature", 0,
       "traffics.chat.temperature: is 0; expected a number above 0"},
      {"/traffics/mail/bias",
       {1.0},
       "traffics.mail.bias: is 1 values; expected one for each label"},
      {"/traffics/mail/head", 2,
       "traffics.mail.head: is 2; expected a whole number from 0 to 1"},
      {"/golden/dialogues/0/labels/chat", 4,
       "golden.dialogues[0].labels.chat: is 4; expected a text"},
      {"/files/model.fp32.pt", nullptr,
       "files.model.fp32.pt.: is not a JSON object"},
      {"/files/model.fp32.pt/bytes", 1.5,
       "files.model.fp32.pt.bytes: is 1.5; expected"},
      {"/precisions", json::object(),
       "precisions: is none; expected at least one"},
      {"/precisions/fp32/file", "other.pt",
       "precisions.fp32.file: is 'other.pt'; expected one of the package's"},
      {"/precisions/fp32/tolerance", -1,
       "precisions.fp32.tolerance: is -1; expected"},
      {"/golden/dialogues", json::array(),
       "golden.dialogues: is none; expected at least one"},
      {"/golden/dialogues/0/logits",
       {1, 2, 3},
       "golden.dialogues[0].logits: is 3 values; expected one for each label"},
      {"/golden/dialogues/0/turns", "a",
       "golden.dialogues[0].turns: is \"a\"; expected a list of texts"},
  };
  for (const Fault& fault : faults) {
    TestPackage package;
    package.manifest[json::json_pointer(fault.pointer)] = fault.value;
    package.Write();
    const Result<Manifest> manifest = LoadManifest(package.path());
    EXPECT_EQ(manifest.status().code(), StatusCode::kFailedPrecondition);
    EXPECT_THAT(manifest.status().message(),
                AllOf(HasSubstr("manifest.json: "), HasSubstr(fault.message)));
  }
}

TEST(ManifestTest, AMissingFieldIsNamed) {
  TestPackage package;
  package.manifest["limits"].erase("max_tokens");
  package.Write();
  EXPECT_THAT(LoadManifest(package.path()).status().message(),
              HasSubstr("limits.max_tokens: is missing"));
}

TEST(ManifestTest, AFileOutsideThePackageIsNeverRead) {
  for (const char* name : {"../secret", "/etc/passwd", ".hidden", ""}) {
    TestPackage package;
    package.manifest["files"][name] = {{"bytes", 1}, {"sha256", ""}};
    package.Write();
    EXPECT_THAT(LoadManifest(package.path()).status().message(),
                HasSubstr("expected a plain file name"));
  }
}

TEST(ManifestTest, WhatIsNotJsonIsRefused) {
  for (const char* content : {"", "{", "[]", "\xff\xfe", "null"}) {
    TestPackage package;
    package.WriteFile("manifest.json", content);
    EXPECT_EQ(LoadManifest(package.path()).status().code(),
              StatusCode::kFailedPrecondition)
        << content;
  }
}

}  // namespace
}  // namespace emotion
