#include "server/text/basic_tokenizer.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace emotion {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Words(std::string_view text,
                               BasicTokenizerOptions options = {}) {
  WordList list;
  BasicTokenizer(options).Tokenize(text, list);
  std::vector<std::string> words;
  for (std::size_t i = 0; i < list.size(); ++i) {
    words.emplace_back(list.bytes(i));
  }
  return words;
}

TEST(BasicTokenizerTest, WhiteSpacePartsWordsAndPunctuationIsAWord) {
  EXPECT_THAT(Words("Hi there,you!\tOK\n"),
              ElementsAre("hi", "there", ",", "you", "!", "ok"));
  EXPECT_THAT(Words("a\u00A0b\u3000c。d"),
              ElementsAre("a", "b", "c", "。", "d"));
  EXPECT_THAT(Words("..$"), ElementsAre(".", ".", "$"));
}

TEST(BasicTokenizerTest, TextWithoutWordsGivesNone) {
  EXPECT_THAT(Words(""), IsEmpty());
  EXPECT_THAT(Words(" \r\n\t "), IsEmpty());
  EXPECT_THAT(Words(std::string("\0\x01\x7F", 3)), IsEmpty());
  EXPECT_THAT(Words("\u200B\uFEFF\uFFFD\uE000"), IsEmpty());
  EXPECT_THAT(Words("\u0301"), IsEmpty());
}

TEST(BasicTokenizerTest, ControlCharactersVanishWithoutPartingWords) {
  EXPECT_THAT(Words(std::string("a\0b\x1F"
                                "c",
                                5)),
              ElementsAre("abc"));
  EXPECT_THAT(Words("a\u0085b\u00ADc\u200Dd\uFFFDe"), ElementsAre("abcde"));
}

TEST(BasicTokenizerTest, AccentsAreStrippedFromComposedAndFromLooseForms) {
  EXPECT_THAT(Words("Café cafe\u0301"), ElementsAre("cafe", "cafe"));
  EXPECT_THAT(Words("Café I\u0307", {.strip_accents = false}),
              ElementsAre("café", "i\u0307"));
  EXPECT_THAT(Words("Café", {.lowercase = false}), ElementsAre("Cafe"));
}

TEST(BasicTokenizerTest, MarksThatStayAreInCanonicalOrder) {
  // U+1D165 has class 216, U+1D16D 226, U+302E 224, U+1B44 9.
  EXPECT_THAT(Words("x\U0001D16D\U0001D165y"),
              ElementsAre("x\U0001D165\U0001D16Dy"));
  EXPECT_THAT(Words("x\u302E\u0301\u1B44 \u302E"),
              ElementsAre("x\u1B44\u302E", "\u302E"));
  // A starter between them keeps them apart, even one that vanishes (U+0D41 is
  // a nonspacing mark of class 0); a control character does not.
  EXPECT_THAT(Words("x\u302E\u0D41\u1B44"), ElementsAre("x\u302E\u1B44"));
  EXPECT_THAT(Words("x\u302E\u0007\u1B44"), ElementsAre("x\u1B44\u302E"));
  EXPECT_THAT(Words("x\u302E\u1B44", {.strip_accents = false}),
              ElementsAre("x\u302E\u1B44"));
}

TEST(BasicTokenizerTest, IdeographsAreSetApartBeforeDecomposition) {
  EXPECT_THAT(Words("a你好b"), ElementsAre("a", "你", "好", "b"));
  EXPECT_THAT(Words("a\uF900b"), ElementsAre("a", "\u8C48", "b"));
  EXPECT_THAT(Words("a你好b", {.split_cjk = false}), ElementsAre("a你好b"));
  EXPECT_THAT(Words("你\u302E"), ElementsAre("你", "\u302E"));
}

TEST(BasicTokenizerTest, EmojiSequencesLoseJoinersAndSelectors) {
  EXPECT_THAT(Words("👨\u200D👩\u200D👧 ❤\uFE0F 👍🏽"),
              ElementsAre("👨👩👧", "❤", "👍🏽"));
}

TEST(BasicTokenizerTest, LowerCaseLooksAtEachCharacterAlone) {
  EXPECT_THAT(Words("ΟΔΟΣ İ"), ElementsAre("οδοσ", "i"));
  EXPECT_THAT(Words("İ", {.strip_accents = false}), ElementsAre("i\u0307"));
  EXPECT_THAT(Words("ΟΔΟΣ", {.lowercase = false}), ElementsAre("ΟΔΟΣ"));
}

TEST(BasicTokenizerTest, CharactersAreCountedAsCodePointsAfterNormalisation) {
  WordList list;
  BasicTokenizer({}).Tokenize("héé한 a", list);
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list.characters(0), 6u);
  EXPECT_EQ(list.characters(1), 1u);
}

TEST(BasicTokenizerTest, AListThatIsFilledAgainForgetsItsWords) {
  WordList list;
  const BasicTokenizer tokenizer({});
  tokenizer.Tokenize("one two three", list);
  tokenizer.Tokenize("four", list);
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list.bytes(0), "four");
}

}  // namespace
}  // namespace emotion
