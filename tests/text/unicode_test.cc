#include "server/text/unicode.h"

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace emotion {
namespace {

using testing::ElementsAre;

std::vector<char32_t> Characters(const CharacterSequence& sequence) {
  return {sequence.begin(), sequence.end()};
}

TEST(UnicodeTest, TheLibraryHasTheVersionOfTheTable) {
  EXPECT_EQ(CheckUnicodeVersion().ToString(), "OK");
}

TEST(UnicodeTest, EachLengthOfUtf8IsReadAndWritten) {
  constexpr struct {
    char32_t character;
    std::string_view utf8;
  } kCases[] = {
      {0x00, {"\0", 1}},
      {0x7F, "\x7F"},
      {0x80, "\xC2\x80"},
      {0x7FF, "\xDF\xBF"},
      {0x800, "\xE0\xA0\x80"},
      {0xFFFF, "\xEF\xBF\xBF"},
      {0x10000, "\xF0\x90\x80\x80"},
      {0x10FFFF, "\xF4\x8F\xBF\xBF"},
  };
  for (const auto& [character, utf8] : kCases) {
    std::string written;
    AppendUtf8(character, written);
    EXPECT_EQ(written, utf8);
    std::size_t position = 0;
    EXPECT_EQ(DecodeUtf8(utf8, position), character);
    EXPECT_EQ(position, utf8.size());
  }
}

TEST(UnicodeTest, ClassesFollowTheReferenceWhereTheLibraryIsNewer) {
  constexpr struct {
    char32_t character;
    bool dropped, punctuation, mark;
    int combining_class;
  } kCases[] = {
      {'a', false, false, false, 0},     {'$', false, true, false, 0},
      {U'€', false, false, false, 0},    {U'。', false, true, false, 0},
      {U'\t', false, false, false, 0},   {0x85, true, false, false, 0},
      {0x200D, true, false, false, 0},    // joiner
      {0xE000, true, false, false, 0},    // private use
      {0x378, false, false, false, 0},    // unassigned
      {0x301, false, false, true, 230},   // acute
      {0x1B44, false, false, false, 9},   // a spacing mark with a class
      {0x61D, false, false, false, 0},    // punctuation since Unicode 14
      {0x8D4, false, false, false, 230},  // a mark since Unicode 9
      {0x8E2, false, false, false, 0},    // a format character since 9
      {0x166D, false, true, false, 0},    // punctuation until Unicode 12
      {0x111C9, false, true, false, 0},   // punctuation until Unicode 11
  };
  for (const auto& row : kCases) {
    SCOPED_TRACE(testing::Message()
                 << std::hex << std::uint32_t{row.character});
    const CharacterClass found = Classify(row.character);
    EXPECT_EQ(found.dropped, row.dropped);
    EXPECT_EQ(found.punctuation, row.punctuation);
    EXPECT_EQ(found.nonspacing_mark, row.mark);
    EXPECT_EQ(found.combining_class, row.combining_class);
  }
}

TEST(UnicodeTest, WhiteSpaceIsTheUnicodeProperty) {
  for (const char32_t c : {0x09, 0x0B, 0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000,
                           0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000}) {
    EXPECT_TRUE(IsWhiteSpace(c)) << std::uint32_t{c};
  }
  for (const char32_t c : {0x08, 0x0E, 0x1C, 0x180E, 0x200B, 0xFEFF}) {
    EXPECT_FALSE(IsWhiteSpace(c)) << std::uint32_t{c};
  }
}

TEST(UnicodeTest, IdeographsEndWhereTheirBlocksEnd) {
  for (const char32_t c :
       {0x3400, 0x4DBF, 0x4E00, 0x9FFF, 0xF900, 0xFAFF, 0x20000, 0x2A6DF,
        0x2A700, 0x2B81F, 0x2B920, 0x2CEAF, 0x2F800, 0x2FA1F}) {
    EXPECT_TRUE(IsCjkIdeograph(c)) << std::uint32_t{c};
  }
  for (const char32_t c :
       {0x33FF, 0x4DC0, 0xA000, 0xF8FF, 0xFB00, 0x1FFFF, 0x2A6E0, 0x2A6FF,
        0x2B820, 0x2B91F, 0x2CEB0, 0x2F7FF, 0x2FA20, 0x3042, 0xAC00}) {
    EXPECT_FALSE(IsCjkIdeograph(c)) << std::uint32_t{c};
  }
}

TEST(UnicodeTest, DecompositionIsFullAndCanonical) {
  EXPECT_THAT(Characters(Decompose('a')), ElementsAre('a'));
  EXPECT_THAT(Characters(Decompose(U'é')), ElementsAre('e', 0x301));
  EXPECT_THAT(Characters(Decompose(U'ᾂ')),
              ElementsAre(0x3B1, 0x313, 0x300, 0x345));
  EXPECT_THAT(Characters(Decompose(U'한')),
              ElementsAre(0x1112, 0x1161, 0x11AB));
  EXPECT_THAT(Characters(Decompose(U'ﬁ')), ElementsAre(U'ﬁ'));
  // Decomposes since Unicode 13.
  EXPECT_THAT(Characters(Decompose(0x11938)), ElementsAre(0x11938));
}

TEST(UnicodeTest, LowerCaseMayBeTwoCharactersAndKnowsNoNeighbours) {
  EXPECT_THAT(Characters(Lowercase('Q')), ElementsAre('q'));
  EXPECT_THAT(Characters(Lowercase(U'İ')), ElementsAre('i', 0x307));
  EXPECT_THAT(Characters(Lowercase(U'Σ')), ElementsAre(U'σ'));
  EXPECT_THAT(Characters(Lowercase(U'ẞ')), ElementsAre(U'ß'));
  EXPECT_THAT(Characters(Lowercase(0x10D65)), ElementsAre(0x10D85));
}

}  // namespace
}  // namespace emotion
