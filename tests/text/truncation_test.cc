// How DialogueEncoder cuts dialogues that are too long. Turns are of digits, so
// that one character is one token.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/text/dialogue_encoder.h"
#include "tests/text/test_files.h"

namespace emotion {
namespace {

// An encoding of one-digit tokens, "C1 2|3|4|": C is [CLS], a bar is [SEP].
std::string Show(const Encoding& encoding) {
  std::string text;
  for (const std::int32_t id : encoding.token_ids) {
    if (id == 2) {
      text += 'C';
    } else if (id == 3) {
      text += '|';
    } else {
      text += static_cast<char>('0' + id - 63);
    }
  }
  return text;
}

struct Case {
  std::size_t max_tokens;
  std::vector<std::string> turns;
  std::string shown;
  std::string truncated;  // As a bitset prints, the newest turn first.
};

TEST(TruncationTest, EarlierTurnsLoseTheirBeginningAndTheLastItsEnd) {
  const Case cases[] = {
      {13, {"1 2 3", "4 5 6", "7 8 9"}, "C123|456|789|", "000"},
      {12, {"1 2 3", "4 5 6", "7 8 9"}, "C23|456|789|", "001"},
      {11, {"1 2 3", "4 5 6", "7 8 9"}, "C23|56|789|", "011"},
      {8, {"1 2 3", "4 5 6", "7 8 9"}, "C|6|789|", "011"},
      {7, {"1 2 3", "4 5 6", "7 8 9"}, "C||789|", "011"},
      {6, {"1 2 3", "4 5 6", "7 8 9"}, "C||78|", "111"},
      {5, {"1 2 3", "4 5 6", "7 8 9"}, "C||7|", "111"},
      {9, {"1", "4 5 6 7 8", "9"}, "C1|678|9|", "010"},
      {9, {"1 2 3 4 5", "6", "9"}, "C345|6|9|", "001"},
      {5, {"1 2 3 4 5"}, "C123|", "001"},
      {6, {"1 2 3", "4 5"}, "C3|45|", "001"},
      {5, {"", "", "7 8 9"}, "C789|", "000"},
      {5, {"", "", "6 7 8 9"}, "C678|", "100"},
  };
  for (const Case& c : cases) {
    DialogueEncoderOptions options;
    options.vocabulary_file = TestVocabulary();
    options.max_tokens = c.max_tokens;
    const auto encoder = DialogueEncoder::Create(options);
    ASSERT_TRUE(encoder.ok()) << encoder.status().ToString();
    Dialogue dialogue;
    for (const std::string& turn : c.turns) dialogue.Add(turn);
    const auto encoding = (*encoder)->Encode(dialogue);
    ASSERT_TRUE(encoding.ok()) << encoding.status().ToString();
    EXPECT_EQ(Show(*encoding), c.shown);
    EXPECT_LE(encoding->token_ids.size(), c.max_tokens);
    EXPECT_EQ(encoding->segment_ids.size(), encoding->token_ids.size());
    EXPECT_EQ(encoding->truncated_turns.to_string().substr(5), c.truncated);
  }
}

TEST(TruncationTest, UnknownTokensThatWereCutAreNotCounted) {
  DialogueEncoderOptions options;
  options.vocabulary_file = TestVocabulary();
  options.max_tokens = 7;
  const auto encoder = DialogueEncoder::Create(options);
  ASSERT_TRUE(encoder.ok()) << encoder.status().ToString();
  const auto encoding = (*encoder)->Encode({"ж ж 1", "2", "ж ж"});
  ASSERT_TRUE(encoding.ok());
  EXPECT_EQ(encoding->unknown_tokens, 2u);
  EXPECT_EQ(encoding->truncated_turns.to_string(), "00000001");
}

TEST(TruncationTest, ATurnOfManyTokensIsCutWithinTheByteLimit) {
  DialogueEncoderOptions options;
  options.vocabulary_file = TestVocabulary();
  const auto encoder = DialogueEncoder::Create(options);
  ASSERT_TRUE(encoder.ok()) << encoder.status().ToString();
  const std::string marks(4096, '!');
  const auto encoding = (*encoder)->Encode({marks, marks, marks});
  ASSERT_TRUE(encoding.ok());
  EXPECT_EQ(encoding->token_ids.size(), 128u);
  EXPECT_EQ(encoding->truncated_turns.to_string(), "00000111");
}

}  // namespace
}  // namespace emotion
