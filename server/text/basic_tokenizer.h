#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace emotion {

// Normalised words, one after another in one string: no allocation per word.
// Meant to be filled again and again.
class WordList {
 public:
  std::size_t size() const { return words_.size(); }

  // Word `i` in UTF-8; never empty.
  std::string_view bytes(std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : words_[i - 1].end;
    return std::string_view(bytes_).substr(begin, words_[i].end - begin);
  }

  // How many code points word `i` has.
  std::size_t characters(std::size_t i) const { return words_[i].characters; }

  void Clear();

  // Appends a character to the word that is growing.
  void Put(char32_t c);
  // The same for several of ASCII, in lower case if asked for.
  void PutAscii(std::string_view part, bool lowercase);

  // Ends the word that is growing, if there is one.
  void EndWord() {
    if (characters_ == 0) return;
    words_.push_back({bytes_.size(), characters_});
    characters_ = 0;
  }

 private:
  struct Word {
    std::size_t end;
    std::size_t characters;
  };

  std::string bytes_;
  std::vector<Word> words_;
  std::size_t characters_ = 0;
};

struct BasicTokenizerOptions {
  // Lower case, character by character.
  bool lowercase = true;
  // Canonical decomposition, then without the nonspacing marks.
  bool strip_accents = true;
  // Each ideograph is a word.
  bool split_cjk = true;
};

// BERT's first half: normalises text and cuts it into words, exactly as
// BertNormalizer and BertPreTokenizer of Hugging Face tokenizers do. In this
// order:
//
//   1. control characters, NUL and U+FFFD vanish; white space parts words;
//   2. ideographs are set apart                              (split_cjk);
//   3. canonical decomposition (NFD), nonspacing marks vanish
//                                                        (strip_accents);
//   4. lower case                                            (lowercase);
//   5. each punctuation character is a word.
//
// Immutable: safe for any number of threads.
class BasicTokenizer {
 public:
  explicit BasicTokenizer(BasicTokenizerOptions options) : options_(options) {}

  // Replaces what `words` holds by the words of `text`.
  // REQUIRES: `text` is well-formed UTF-8.
  void Tokenize(std::string_view text, WordList& words) const;

 private:
  BasicTokenizerOptions options_;
};

}  // namespace emotion
