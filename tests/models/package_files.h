#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "server/inference/sha256.h"
#include "tests/support/fake_classifier.h"
#include "tests/support/small_encoder.h"
#include "tests/support/test_package.h"

namespace emotion {

// Writes a package whose model is FakeClassifier and whose vocabulary is
// SmallEncoder's, so that it passes every check of a loader that makes fakes.
// Change `manifest` and call Write again to spoil it.
class FakePackage {
 public:
  FakePackage(std::filesystem::path folder, const std::string& name,
              const std::string& version)
      : folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_);
    std::string vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n!\n";
    for (const char* prefix : {"", "##"}) {
      for (char letter = 'a'; letter <= 'z'; ++letter) {
        vocabulary += std::string(prefix) + letter + "\n";
      }
    }
    manifest = TestPackage().manifest;
    manifest["name"] = name;
    manifest["model_version"] = version;
    manifest["labels"] = {"others", "happy", "sad", "angry"};
    manifest["heads"] = 1;
    manifest["traffic"] = "chat";
    manifest["traffics"] = {
        {"chat", {{"head", 0}, {"temperature", 1.0}, {"bias", {0, 0, 0, 0}}}}};
    manifest["limits"] = {
        {"max_turns", 3}, {"max_turn_bytes", 40}, {"max_tokens", 24}};
    manifest["tokenizer"]["vocabulary_size"] = 58;
    AddFile("vocab.txt", vocabulary);
    AddFile("model.fp32.pt", "a fake of fp32");
    AddFile("model.int8.pt", "a fake of int8");
    manifest["precisions"] = {
        {"fp32", {{"file", "model.fp32.pt"}, {"tolerance", 0.001}}},
        {"int8", {{"file", "model.int8.pt"}, {"tolerance", 0.001}}}};
    // [CLS] a [SEP]: 2 + 6 + 3, modulo 4 the last label.
    manifest["golden"]["dialogues"] = {
        {{"turns", {"a"}},
         {"token_ids", {2, 6, 3}},
         {"segment_ids", {0, 0, 0}},
         {"truncated_turns", nlohmann::json::array()},
         {"logits", {0, 0, 0, 1}},
         {"labels", {{"chat", "angry"}}}}};
    Write();
  }

  void AddFile(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    manifest["files"][name] = {{"bytes", content.size()},
                               {"sha256", Sha256(content)}};
  }

  void Write() const {
    std::ofstream(folder_ / "manifest.json") << manifest.dump();
  }

  const std::filesystem::path& folder() const { return folder_; }

  nlohmann::json manifest;

 private:
  std::filesystem::path folder_;
};

}  // namespace emotion
