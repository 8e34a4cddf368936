#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/status.h"

namespace emotion {

// Characters as the reference tokenizer sees them. Its Unicode tables are of
// several versions: the classes are older than utf8proc's, the lower case is
// newer. The table unicode_exceptions.inc lists every code point on which the
// two disagree; all else is asked of utf8proc. Pure and thread-safe.

// OK if the utf8proc library at hand has the Unicode version that the table of
// exceptions was made for, else FAILED_PRECONDITION.
Status CheckUnicodeVersion();

// Decodes the character that begins at text[position] and moves `position`
// past it. REQUIRES: `text` is well-formed UTF-8 and position < text.size().
char32_t DecodeUtf8(std::string_view text, std::size_t& position);

// Appends the UTF-8 form of `c`. REQUIRES: `c` is not a surrogate.
void AppendUtf8(char32_t c, std::string& out);

struct CharacterClass {
  // Cleaning removes it: control, format and private use characters. Tab, line
  // feed and carriage return are white space instead.
  bool dropped;
  // It is a word of its own: Unicode punctuation and the ASCII symbols.
  bool punctuation;
  // General category Mn: what strip_accents removes.
  bool nonspacing_mark;
  // It has a canonical decomposition.
  bool decomposes;
  // Canonical combining class; 0 for a starter.
  std::uint8_t combining_class;
};

CharacterClass Classify(char32_t c);

// Whether `c` has the property White_Space.
bool IsWhiteSpace(char32_t c);

// Whether `c` is in one of the blocks of ideographs that BERT sets apart.
bool IsCjkIdeograph(char32_t c);

// Up to four characters.
struct CharacterSequence {
  std::array<char32_t, 4> characters;
  std::size_t size;

  const char32_t* begin() const { return characters.data(); }
  const char32_t* end() const { return characters.data() + size; }
};

// The full canonical decomposition; `c` itself if it has none.
CharacterSequence Decompose(char32_t c);

// The lower case of `c` on its own, whatever stands beside it.
CharacterSequence Lowercase(char32_t c);

}  // namespace emotion
