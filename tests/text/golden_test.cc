// What the reference makes of each text of tests/data/text_golden.jsonl, made
// by generate_golden.py.
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "server/text/basic_tokenizer.h"
#include "server/text/dialogue_encoder.h"
#include "tests/text/test_files.h"

namespace emotion {
namespace {

std::vector<nlohmann::json> GoldenLines() {
  std::ifstream file(std::string(EMOTION_TEST_DATA) + "/text_golden.jsonl");
  std::vector<nlohmann::json> lines;
  for (std::string line; std::getline(file, line);) {
    lines.push_back(nlohmann::json::parse(line));
  }
  return lines;
}

TEST(GoldenTest, TheWordsAreThoseOfTheReference) {
  const auto lines = GoldenLines();
  ASSERT_GT(lines.size(), 100u);
  for (const auto& line : lines) {
    const BasicTokenizer tokenizer({.lowercase = line["lowercase"],
                                    .strip_accents = line["strip_accents"],
                                    .split_cjk = line["split_cjk"]});
    WordList list;
    tokenizer.Tokenize(line["text"].get<std::string>(), list);
    std::vector<std::string> words;
    for (std::size_t i = 0; i < list.size(); ++i) {
      words.emplace_back(list.bytes(i));
    }
    EXPECT_EQ(words, line["words"].get<std::vector<std::string>>()) << line;
  }
}

TEST(GoldenTest, TheIdsAreThoseOfTheReference) {
  for (const auto& line : GoldenLines()) {
    DialogueEncoderOptions options;
    options.vocabulary_file = TestVocabulary();
    options.max_tokens = 1024;
    options.lowercase = line["lowercase"];
    options.strip_accents = line["strip_accents"];
    options.split_cjk = line["split_cjk"];
    const auto encoder = DialogueEncoder::Create(options);
    ASSERT_TRUE(encoder.ok()) << encoder.status().ToString();
    const std::string text = line["text"];
    const auto encoding = (*encoder)->Encode({text});
    std::vector<std::int32_t> ids = line["ids"];
    if (ids.empty()) {
      EXPECT_EQ(encoding.status().reason(), "empty") << line;
      continue;
    }
    ASSERT_TRUE(encoding.ok()) << encoding.status().ToString();
    // The reference was asked for the text only.
    ids.insert(ids.begin(), 2);
    ids.push_back(3);
    EXPECT_EQ(encoding->token_ids, ids) << line;
  }
}

}  // namespace
}  // namespace emotion
