#include "server/text/dialogue_encoder.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/text/test_files.h"

namespace emotion {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Ids in the small vocabulary.
enum : std::int32_t { kUnk = 1, kCls = 2, kSep = 3, kHello = 164, kPlay = 170 };

std::unique_ptr<DialogueEncoder> MakeEncoder(DialogueEncoderOptions options) {
  options.vocabulary_file = TestVocabulary();
  auto encoder = DialogueEncoder::Create(options);
  EXPECT_TRUE(encoder.ok()) << encoder.status().ToString();
  return std::move(*encoder);
}

TEST(DialogueEncoderTest, TurnsArePartedAndSegmentsAlternateFromTheLast) {
  const auto encoder = MakeEncoder({});
  const auto three = encoder->Encode({"hello", "play play", "hello"});
  ASSERT_TRUE(three.ok());
  EXPECT_THAT(three->token_ids, ElementsAre(kCls, kHello, kSep, kPlay, kPlay,
                                            kSep, kHello, kSep));
  EXPECT_THAT(three->segment_ids, ElementsAre(0, 0, 0, 1, 1, 1, 0, 0));
  EXPECT_TRUE(three->truncated_turns.none());

  const auto two = encoder->Encode({"hello", "play"});
  ASSERT_TRUE(two.ok());
  EXPECT_THAT(two->token_ids, ElementsAre(kCls, kHello, kSep, kPlay, kSep));
  EXPECT_THAT(two->segment_ids, ElementsAre(0, 1, 1, 0, 0));
}

TEST(DialogueEncoderTest, LeadingTurnsWithoutATokenAreLeftOut) {
  const auto encoder = MakeEncoder({});
  const auto alone = encoder->Encode({"hello"});
  ASSERT_TRUE(alone.ok());
  EXPECT_THAT(alone->token_ids, ElementsAre(kCls, kHello, kSep));
  const Dialogue same[] = {
      {"", "hello"}, {"", " ", "hello"}, {"\u200B", "\t", "hello"}};
  for (const Dialogue& dialogue : same) {
    const auto encoding = encoder->Encode(dialogue);
    ASSERT_TRUE(encoding.ok());
    EXPECT_EQ(encoding->token_ids, alone->token_ids);
    EXPECT_EQ(encoding->segment_ids, alone->segment_ids);
  }
}

TEST(DialogueEncoderTest, ATurnBetweenOthersMayBeEmpty) {
  const auto encoding = MakeEncoder({})->Encode({"hello", " ", "hello"});
  ASSERT_TRUE(encoding.ok());
  EXPECT_THAT(encoding->token_ids,
              ElementsAre(kCls, kHello, kSep, kSep, kHello, kSep));
  EXPECT_THAT(encoding->segment_ids, ElementsAre(0, 0, 0, 1, 0, 0));
}

TEST(DialogueEncoderTest, ACutTurnIsCountedFromTheOldestThatWasSent) {
  const auto encoding = MakeEncoder({.vocabulary_file = {}, .max_tokens = 6})
                            ->Encode({"", "hello play play", "hello"});
  ASSERT_TRUE(encoding.ok());
  EXPECT_THAT(encoding->token_ids,
              ElementsAre(kCls, kPlay, kPlay, kSep, kHello, kSep));
  EXPECT_EQ(encoding->truncated_turns.to_ulong(), 0b010u);
}

TEST(DialogueEncoderTest, TextNeverBecomesASpecialToken) {
  const auto encoding =
      MakeEncoder({})->Encode({"[SEP] [CLS][MASK] [PAD] [UNK] [sep]"});
  ASSERT_TRUE(encoding.ok());
  const auto& ids = encoding->token_ids;
  EXPECT_EQ(ids.front(), kCls);
  EXPECT_EQ(ids.back(), kSep);
  for (std::size_t i = 1; i + 1 < ids.size(); ++i) EXPECT_GT(ids[i], 4);
  EXPECT_EQ(ids.size(), 2u + 6 * 3);
}

TEST(DialogueEncoderTest, UnknownWordsAreCounted) {
  const auto encoding = MakeEncoder({})->Encode({"ж hello", "ж", "hello ж ж"});
  ASSERT_TRUE(encoding.ok());
  EXPECT_EQ(encoding->unknown_tokens, 4u);
  EXPECT_EQ(encoding->token_ids[1], kUnk);
}

TEST(DialogueEncoderTest, BadDialoguesAreRefusedWithFieldAndReason) {
  const auto encoder =
      MakeEncoder({.vocabulary_file = {}, .max_turn_bytes = 9});
  const struct {
    Dialogue dialogue;
    std::string_view text, reason;
  } cases[] = {
      {{},
       "INVALID_ARGUMENT: turns: has 0 turns; expected 1 to 3",
       "turn_count"},
      {{"a", "b", "c", "d"},
       "INVALID_ARGUMENT: turns: has 4 turns; expected 1 to 3",
       "turn_count"},
      {{"a", "0123456789", "b"},
       "INVALID_ARGUMENT: turns[1]: has 10 bytes; expected at most 9",
       "too_long"},
      {{"a", "ab\xC3(", "b"},
       "INVALID_ARGUMENT: turns[1]: is not UTF-8 at byte 2; expected "
       "well-formed UTF-8",
       "encoding"},
      {{"a", "b", "\u200B \u0301"},
       "INVALID_ARGUMENT: turns[2]: holds no token; expected text in the last "
       "turn",
       "empty"},
  };
  for (const auto& [dialogue, text, reason] : cases) {
    const auto encoding = encoder->Encode(dialogue);
    ASSERT_FALSE(encoding.ok()) << text;
    EXPECT_EQ(encoding.status().ToString(), text);
    EXPECT_EQ(encoding.status().reason(), reason);
  }
  EXPECT_TRUE(encoder->Encode({"a", "b", "012345678"}).ok());
}

TEST(DialogueEncoderTest, OptionsOutOfRangeAreRefusedByName) {
  const struct {
    DialogueEncoderOptions options;
    std::string_view text;
  } cases[] = {
      {{.vocabulary_file = {}, .max_turns = 0},
       "max_turns: is 0; expected 1 to 8"},
      {{.vocabulary_file = {}, .max_turns = 9},
       "max_turns: is 9; expected 1 to 8"},
      {{.vocabulary_file = {}, .max_turn_bytes = 0},
       "max_turn_bytes: is 0; expected 1 to 1048576"},
      {{.vocabulary_file = {}, .max_tokens = 4},
       "max_tokens: is 4; expected 5 to 65536"},
      {{.vocabulary_file = {}, .max_tokens = 65537},
       "max_tokens: is 65537; expected 5 to 65536"},
      {{.vocabulary_file = {}, .max_word_characters = 0},
       "max_word_characters: is 0; expected 1 to 1048576"},
  };
  for (const auto& [options, text] : cases) {
    const auto encoder = DialogueEncoder::Create(options);
    ASSERT_FALSE(encoder.ok()) << text;
    EXPECT_EQ(encoder.status().ToString(),
              "INVALID_ARGUMENT: " + std::string(text));
  }
}

TEST(DialogueEncoderTest, AVocabularyThatCannotBeReadIsNamed) {
  DialogueEncoderOptions options;
  options.vocabulary_file = "/nowhere/vocab.txt";
  const auto encoder = DialogueEncoder::Create(options);
  ASSERT_FALSE(encoder.ok());
  EXPECT_EQ(encoder.status().code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(encoder.status().message(), HasSubstr("/nowhere/vocab.txt"));
}

TEST(DialogueEncoderTest, TheEncoderTellsItsOptionsAndTheSizeOfItsVocabulary) {
  const auto encoder = MakeEncoder({.vocabulary_file = {}, .max_tokens = 77});
  EXPECT_EQ(encoder->vocabulary_size(), 193u);
  EXPECT_EQ(encoder->options().max_tokens, 77u);
}

}  // namespace
}  // namespace emotion
