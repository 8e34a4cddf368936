#include "server/text/wordpiece.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace emotion {
namespace {

using testing::ElementsAre;

using Ids = std::vector<std::int32_t>;

constexpr std::int32_t kUnknown = 0;

Ids Pieces(const std::vector<std::string>& pieces, std::string_view word,
           std::size_t characters, std::size_t max_characters = 100) {
  Ids ids;
  WordPiece(pieces, kUnknown, max_characters).Append(word, characters, ids);
  return ids;
}

const std::vector<std::string> kPieces = {
    "[UNK]", "play", "##ing", "##in", "##g", "pl",     "##ay", "p",
    "##l",   "你",   "##好",  "é",    "##é", "##ings", "#",    ""};

TEST(WordPieceTest, TheLongestPieceThatFitsIsTaken) {
  const struct {
    std::string word;
    Ids ids;
  } cases[] = {
      {"play", {1}},      {"playing", {1, 2}}, {"playings", {1, 13}},
      {"playin", {1, 3}}, {"plg", {5, 4}},     {"play好", {1, 10}},
      {"pl", {5}},        {"p", {7}},          {"#", {14}},
      {"你好", {9, 10}},  {"éé", {11, 12}},    {"playingg", {1, 2, 4}},
  };
  for (const auto& [word, ids] : cases) {
    EXPECT_EQ(Pieces(kPieces, word, word.size()), ids) << word;
  }
}

TEST(WordPieceTest, AWordWithAPartThatFitsNoPieceIsUnknownAsAWhole) {
  for (const std::string word :
       {"x", "playx", "playxing", "ing", "好", "plé好x"}) {
    EXPECT_THAT(Pieces(kPieces, word, word.size()), ElementsAre(kUnknown))
        << word;
  }
}

TEST(WordPieceTest, ThereIsNoTurningBackToAShorterPiece) {
  // "pla" + "##y" would fit, but "play" does not go on.
  EXPECT_THAT(Pieces({"[UNK]", "ab", "a", "##bc"}, "abc", 3),
              ElementsAre(kUnknown));
}

TEST(WordPieceTest, HalfACharacterIsNoPiece) {
  // U+00E9 and U+00E8 share their first byte.
  EXPECT_THAT(Pieces({"[UNK]", "é"}, "è", 1), ElementsAre(kUnknown));
}

TEST(WordPieceTest, AWordOverTheLimitOfCharactersIsUnknown) {
  EXPECT_THAT(Pieces(kPieces, "playing", 7, 7), ElementsAre(1, 2));
  EXPECT_THAT(Pieces(kPieces, "playing", 7, 6), ElementsAre(kUnknown));
  EXPECT_THAT(Pieces(kPieces, "éé", 2, 2), ElementsAre(11, 12));
}

TEST(WordPieceTest, IdsAreAppendedAndAnUnknownWordLeavesThoseBeforeIt) {
  const WordPiece word_piece(kPieces, kUnknown, 100);
  Ids ids = {42};
  word_piece.Append("playing", 7, ids);
  word_piece.Append("playingx", 8, ids);
  EXPECT_THAT(ids, ElementsAre(42, 1, 2, kUnknown));
}

TEST(WordPieceTest, AVocabularyWithoutInnerPiecesSplitsNoWord) {
  EXPECT_THAT(Pieces({"[UNK]", "a"}, "a", 1), ElementsAre(1));
  EXPECT_THAT(Pieces({"[UNK]", "a"}, "aa", 2), ElementsAre(kUnknown));
  EXPECT_THAT(Pieces({"[UNK]", "a", "##"}, "aa", 2), ElementsAre(kUnknown));
  EXPECT_THAT(Pieces({}, "a", 1), ElementsAre(kUnknown));
}

}  // namespace
}  // namespace emotion
