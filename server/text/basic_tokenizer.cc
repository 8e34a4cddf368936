#include "server/text/basic_tokenizer.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "server/text/unicode.h"

namespace emotion {
namespace {

enum class AsciiKind : std::uint8_t {
  kNone,
  kDropped,
  kSpace,
  kPunctuation,
  kWord
};

constexpr AsciiKind KindOfAscii(unsigned c) {
  if (c == '\t' || c == '\n' || c == '\r' || c == ' ') return AsciiKind::kSpace;
  if (c < 0x20 || c == 0x7F) return AsciiKind::kDropped;
  const bool digit = c >= '0' && c <= '9';
  const bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
  return digit || letter ? AsciiKind::kWord : AsciiKind::kPunctuation;
}

// The kind of each byte by one look-up, because most text is ASCII and nothing
// of steps 2 and 3 applies to it; bytes of longer characters are kNone.
constexpr auto kKinds = [] {
  std::array<AsciiKind, 256> kinds{};
  for (unsigned c = 0; c < kinds.size(); ++c) {
    kinds[c] = c < 0x80 ? KindOfAscii(c) : AsciiKind::kNone;
  }
  return kinds;
}();

AsciiKind KindOf(char c) { return kKinds[static_cast<unsigned char>(c)]; }

// The letters and digits of ASCII that `text` begins with.
std::string_view LeadingWord(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && KindOf(text[size]) == AsciiKind::kWord) ++size;
  return text.substr(0, size);
}

// One run over one text. The reference makes a pass over the whole text for
// each step; here each character goes through all steps at once, from Character
// down to Emit, one function a step, and ends in the list of words. Only
// canonical order looks beyond one character, which is what marks_ holds back.
class Run {
 public:
  Run(const BasicTokenizerOptions& options, WordList& words)
      : options_(options), words_(words) {}

  // REQUIRES: `c` is in ASCII and no part of a word.
  void Ascii(char c) {
    const AsciiKind kind = KindOf(c);
    if (kind == AsciiKind::kDropped) return;
    FlushMarks();
    words_.EndWord();
    if (kind == AsciiKind::kSpace) return;
    words_.PutAscii({&c, 1}, false);
    words_.EndWord();
  }

  void AsciiWord(std::string_view part) {
    FlushMarks();
    words_.PutAscii(part, options_.lowercase);
  }

  void Character(char32_t c) {
    if (c == 0xFFFD || Classify(c).dropped) return;
    if (IsWhiteSpace(c)) return Space();
    if (!options_.split_cjk || !IsCjkIdeograph(c)) return Accents(c);
    Space();
    Accents(c);
    Space();
  }

  void Finish() { Space(); }

 private:
  struct Mark {
    std::uint8_t combining_class;
    char32_t character;
  };

  void Space() {
    FlushMarks();
    words_.EndWord();
  }

  void Accents(char32_t c) {
    if (!options_.strip_accents) return Case(c);
    for (const char32_t part : Decompose(c)) Part(part);
  }

  // Decomposition to NFD (Unicode Standard Annex 15) ends with canonical order:
  // marks between two starters are sorted by their class. A mark that is to
  // vanish need not be sorted first, unless it is a starter.
  void Part(char32_t c) {
    const CharacterClass properties = Classify(c);
    if (properties.combining_class == 0) FlushMarks();
    if (properties.nonspacing_mark) return;
    if (properties.combining_class == 0) return Case(c);
    marks_.push_back({properties.combining_class, c});
  }

  void FlushMarks() {
    if (marks_.empty()) return;
    std::stable_sort(marks_.begin(), marks_.end(),
                     [](const Mark& a, const Mark& b) {
                       return a.combining_class < b.combining_class;
                     });
    for (const Mark& mark : marks_) Case(mark.character);
    marks_.clear();
  }

  void Case(char32_t c) {
    if (!options_.lowercase) return Emit(c);
    for (const char32_t lower : Lowercase(c)) Emit(lower);
  }

  void Emit(char32_t c) {
    if (!Classify(c).punctuation) return words_.Put(c);
    words_.EndWord();
    words_.Put(c);
    words_.EndWord();
  }

  const BasicTokenizerOptions& options_;
  WordList& words_;
  std::vector<Mark> marks_;
};

}  // namespace

void WordList::Clear() {
  bytes_.clear();
  words_.clear();
  characters_ = 0;
}

// Branch-free within the loop, so that the compiler can use vectors.
void WordList::PutAscii(std::string_view part, bool lowercase) {
  const std::size_t before = bytes_.size();
  bytes_.append(part);
  characters_ += part.size();
  if (!lowercase) return;
  for (std::size_t i = before; i < bytes_.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes_[i]);
    const bool upper = byte - unsigned{'A'} < 26;
    bytes_[i] = static_cast<char>(byte | (upper ? 0x20 : 0));
  }
}

void WordList::Put(char32_t c) {
  AppendUtf8(c, bytes_);
  ++characters_;
}

void BasicTokenizer::Tokenize(std::string_view text, WordList& words) const {
  words.Clear();
  Run run(options_, words);
  for (std::size_t i = 0; i < text.size();) {
    switch (KindOf(text[i])) {
      case AsciiKind::kWord: {
        const std::string_view part = LeadingWord(text.substr(i));
        run.AsciiWord(part);
        i += part.size();
        break;
      }
      case AsciiKind::kNone:
        run.Character(DecodeUtf8(text, i));
        break;
      default:
        run.Ascii(text[i++]);
    }
  }
  run.Finish();
}

}  // namespace emotion
