#include "tests/support/test_package.h"

#include <stdlib.h>

#include <fstream>
#include <stdexcept>

#include "server/inference/sha256.h"

namespace emotion {

TemporaryFolder::TemporaryFolder() {
  std::string name =
      (std::filesystem::temp_directory_path() / "emotion-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error("no temporary folder could be made: " + name);
  }
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

TestPackage::TestPackage() {
  manifest = nlohmann::json::parse(R"({
    "format_version": 3, "name": "tiny", "model_version": "1.2.3",
    "layout": "packed",
    "precisions": {"fp32": {"file": "model.fp32.pt", "tolerance": 0.001}},
    "labels": ["calm", "cross"],
    "limits": {"max_turns": 3, "max_turn_bytes": 100, "max_tokens": 16},
    "tokenizer": {"lowercase": true, "strip_accents": false, "split_cjk": true,
                  "max_word_characters": 100, "vocabulary_size": 5},
    "heads": 2,
    "traffic": "chat",
    "traffics": {"chat": {"head": 0, "temperature": 2.0, "bias": [0.5, 0]},
                 "mail": {"head": 1, "temperature": 1.0, "bias": [0, 0.25]}},
    "files": {},
    "golden": {"dialogues": [
      {"turns": ["a", "b"], "token_ids": [1, 2, 3], "segment_ids": [1, 1, 0],
       "truncated_turns": [], "logits": [6.0, 0.25, -1.0, 2.0],
       "labels": {"chat": "calm", "mail": "cross"}}]}
  })");
  AddFile("model.fp32.pt", "not really a model");
  AddFile("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n");
}

void TestPackage::AddFile(const std::string& name, std::string_view content) {
  WriteFile(name, content);
  manifest["files"][name] = {{"bytes", content.size()},
                             {"sha256", Sha256(content)}};
}

void TestPackage::WriteFile(const std::string& name,
                            std::string_view content) const {
  std::ofstream(path() / name, std::ios::binary) << content;
}

void TestPackage::Write() const { WriteFile("manifest.json", manifest.dump()); }

}  // namespace emotion
