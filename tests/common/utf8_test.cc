#include "common/utf8.h"

#include <string>

#include "gtest/gtest.h"

namespace emotion {
namespace {

TEST(Utf8Test, WellFormedTextHasNoFault) {
  constexpr std::string_view kTexts[] = {
      "",
      {"a\0b", 3},
      "\x7F",
      "\xC2\x80\xDF\xBF",
      "\xE0\xA0\x80\xEF\xBF\xBF",
      "\xED\x9F\xBF\xEE\x80\x80",  // the neighbours of the surrogates
      "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF",
  };
  for (const std::string_view text : kTexts) {
    EXPECT_EQ(FindInvalidUtf8(text), std::nullopt);
  }
}

TEST(Utf8Test, TheOffsetIsWhereTheIllFormedSequenceBegins) {
  constexpr struct {
    std::string_view text;
    std::size_t offset;
  } kCases[] = {
      {"\x80", 0},                  // a continuation without a lead
      {"ab\xBF", 2},                //
      {"a\xC0\x80", 1},             // overlong NUL
      {"\xC1\xBF", 0},              // overlong DEL
      {"\xE0\x9F\xBF", 0},          // overlong U+07FF
      {"\xF0\x8F\xBF\xBF", 0},      // overlong U+FFFF
      {"\xED\xA0\x80", 0},          // the first surrogate
      {"x\xED\xBF\xBF", 1},         // the last surrogate
      {"\xF4\x90\x80\x80", 0},      // U+110000
      {"\xF5\x80\x80\x80", 0},      // no such lead
      {"ok\xFF", 2},                //
      {"\xC3", 0},                  // cut short
      {"\xC3\xA9\xC3", 2},          //
      {"\xE2\x82", 0},              //
      {"\xF0\x9F\x98", 0},          //
      {"\xE2\x82\x41", 0},          // a letter where a continuation belongs
      {"\xC3(", 0},                 //
      {"\xF0\x9F\x98\x82\x80", 4},  // one continuation too many
      {"\xE2\x82\xC3\xA9", 0},      // a lead where a continuation belongs
  };
  for (const auto& [text, offset] : kCases) {
    EXPECT_EQ(FindInvalidUtf8(text), offset) << testing::PrintToString(text);
  }
}

// Every sequence of three bytes, named by the code point it would encode.
TEST(Utf8Test, OnlyShortestFormsOfScalarValuesAreWellFormed) {
  for (unsigned lead = 0xE0; lead <= 0xEF; ++lead) {
    for (unsigned second = 0x70; second <= 0xCF; ++second) {
      const std::string text = {static_cast<char>(lead),
                                static_cast<char>(second), '\x80'};
      const unsigned code = (lead & 0xF) << 12 | (second & 0x3F) << 6;
      const bool continues = second >= 0x80 && second <= 0xBF;
      const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
      EXPECT_EQ(!FindInvalidUtf8(text),
                continues && code >= 0x800 && !surrogate)
          << lead << ' ' << second;
    }
  }
}

}  // namespace
}  // namespace emotion
