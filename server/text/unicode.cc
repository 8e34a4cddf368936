#include "server/text/unicode.h"

#include <utf8proc.h>

#include <algorithm>
#include <iterator>
#include <span>

namespace emotion {
namespace {

struct ClassException {
  char32_t first;
  char32_t last;
  CharacterClass character_class;
};

struct LowerException {
  char32_t first;
  char32_t last;
  std::int32_t distance;
  char32_t second;
};

#include "server/text/unicode_exceptions.inc"

// The row that holds `c`, or null. Rows are ranges that do not overlap, rising:
// the last one that begins at or before `c` is the only candidate.
template <typename Row>
const Row* FindRow(std::span<const Row> rows, char32_t c) {
  const auto after = std::upper_bound(
      rows.begin(), rows.end(), c,
      [](char32_t x, const Row& row) { return x < row.first; });
  if (after == rows.begin()) return nullptr;
  const Row& row = *std::prev(after);
  return c <= row.last ? &row : nullptr;
}

// BERT counts all symbols of ASCII as punctuation, "$" and "^" too, although
// Unicode files them under S; beyond ASCII it asks for the categories P only.
bool IsPunctuation(char32_t c, utf8proc_propval_t category) {
  switch (category) {
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
      return true;
    case UTF8PROC_CATEGORY_SM:
    case UTF8PROC_CATEGORY_SC:
    case UTF8PROC_CATEGORY_SK:
      return c < 0x80;
    default:
      return false;
  }
}

bool IsDropped(char32_t c, utf8proc_propval_t category) {
  switch (category) {
    case UTF8PROC_CATEGORY_CC:
      return c != U'\t' && c != U'\n' && c != U'\r';
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CO:
      return true;
    default:
      return false;
  }
}

}  // namespace

Status CheckUnicodeVersion() {
  const std::string_view found = utf8proc_unicode_version();
  if (found == kUnicodeVersion) return Status();
  return Status(StatusCode::kFailedPrecondition,
                "the utf8proc library has Unicode " + std::string(found) +
                    "; expected " + kUnicodeVersion);
}

// RFC 3629, section 3. The leading byte's high bits count the bytes; each
// further byte adds six bits. Well-formedness was checked where the text came
// in.
char32_t DecodeUtf8(std::string_view text, std::size_t& position) {
  const auto next = [&] { return static_cast<std::uint8_t>(text[position++]); };
  const char32_t lead = next();
  if (lead < 0x80) return lead;
  const int following = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
  char32_t c = lead & (0x3Fu >> following);
  for (int i = 0; i < following; ++i) c = c << 6 | (next() & 0x3Fu);
  return c;
}

void AppendUtf8(char32_t c, std::string& out) {
  const auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0 | c >> 6);
  } else {
    if (c < 0x10000) {
      put(0xE0 | c >> 12);
    } else {
      put(0xF0 | c >> 18);
      put(0x80 | (c >> 12 & 0x3F));
    }
    put(0x80 | (c >> 6 & 0x3F));
  }
  put(0x80 | (c & 0x3F));
}

// The exceptions come first: what they list was observed of the reference
// itself. Hangul syllables decompose by arithmetic (Unicode Standard, section
// 3.12), so utf8proc's table of decompositions does not show them. A
// decomposition type other than 0 is a compatibility mapping, which NFD leaves
// alone.
CharacterClass Classify(char32_t c) {
  if (const auto* row = FindRow<ClassException>(kClassExceptions, c)) {
    return row->character_class;
  }
  const utf8proc_property_t& property =
      *utf8proc_get_property(static_cast<utf8proc_int32_t>(c));
  const bool hangul_syllable = c >= 0xAC00 && c <= 0xD7A3;
  const bool canonical =
      property.decomp_type == 0 && property.decomp_seqindex != UINT16_MAX;
  return {
      .dropped = IsDropped(c, property.category),
      .punctuation = IsPunctuation(c, property.category),
      .nonspacing_mark = property.category == UTF8PROC_CATEGORY_MN,
      .decomposes = hangul_syllable || canonical,
      .combining_class = static_cast<std::uint8_t>(property.combining_class)};
}

// PropList.txt of Unicode; stable since version 6.3.
bool IsWhiteSpace(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

// The blocks that BERT's reference lists, which are not all there are today:
// the ids of the vocabulary depend on these and no others. One of
// them begins at 2B920 there, not at Unicode's 2B820, and so does this one.
bool IsCjkIdeograph(char32_t c) {
  return (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x2A6DF) ||
         (c >= 0x2A700 && c <= 0x2B81F) || (c >= 0x2B920 && c <= 0x2CEAF) ||
         (c >= 0x2F800 && c <= 0x2FA1F);
}

CharacterSequence Decompose(char32_t c) {
  CharacterSequence result{{c}, 1};
  if (!Classify(c).decomposes) return result;
  std::array<utf8proc_int32_t, 4> parts;
  int boundary = 0;
  const utf8proc_ssize_t size =
      utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), parts.data(),
                              parts.size(), UTF8PROC_DECOMPOSE, &boundary);
  result.size = static_cast<std::size_t>(size);
  std::copy_n(parts.begin(), size, result.characters.begin());
  return result;
}

// Without context: the reference lowers character by character, so a final
// sigma becomes the same as any other. Only U+0130 becomes two characters.
CharacterSequence Lowercase(char32_t c) {
  if (const auto* row = FindRow<LowerException>(kLowerExceptions, c)) {
    const auto lower =
        static_cast<char32_t>(static_cast<std::int32_t>(c) + row->distance);
    return {{lower, row->second}, row->second == 0 ? 1u : 2u};
  }
  const utf8proc_int32_t lower =
      utf8proc_tolower(static_cast<utf8proc_int32_t>(c));
  return {{static_cast<char32_t>(lower)}, 1};
}

}  // namespace emotion
