// emotion-tokenize: the tokens of many texts, for comparison with another
// tokenizer (verify_tokenizer.py). Reads frames from standard input and answers
// each with a frame on standard output. A frame is a length, four bytes, little
// endian, then that many bytes. A question is a text in UTF-8. The answer is
// the ids, parted by spaces, then a line feed and a word for each word.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>

#include "server/text/basic_tokenizer.h"
#include "server/text/dialogue_encoder.h"

namespace emotion {
namespace {

std::optional<std::string> ReadFrame(std::istream& in) {
  std::array<char, 4> header{};
  if (!in.read(header.data(), header.size())) return std::nullopt;
  std::size_t size = 0;
  for (std::size_t i = 0; i < header.size(); ++i) {
    size |= std::size_t{static_cast<std::uint8_t>(header[i])} << (8 * i);
  }
  std::string text(size, '\0');
  if (!in.read(text.data(), static_cast<std::streamsize>(size))) {
    return std::nullopt;
  }
  return text;
}

void WriteFrame(const std::string& text, std::ostream& out) {
  for (int shift = 0; shift < 32; shift += 8) {
    out.put(static_cast<char>(text.size() >> shift & 0xFF));
  }
  out << text;
}

std::string Answer(const DialogueEncoder& encoder,
                   const BasicTokenizer& tokenizer, const std::string& text) {
  std::string answer;
  const Result<Encoding> encoding = encoder.Encode({text});
  if (encoding.ok()) {
    const auto& ids = encoding->token_ids;
    for (std::size_t i = 1; i + 1 < ids.size(); ++i) {
      if (i > 1) answer += ' ';
      answer += std::to_string(ids[i]);
    }
  } else if (encoding.status().reason() != "empty") {
    answer = encoding.status().ToString();
  }
  WordList words;
  tokenizer.Tokenize(text, words);
  for (std::size_t i = 0; i < words.size(); ++i) {
    answer += '\n';
    answer += words.bytes(i);
  }
  return answer;
}

int Main(int argc, char** argv) {
  DialogueEncoderOptions options{.vocabulary_file = {},
                                 .max_turns = 1,
                                 .max_turn_bytes = std::size_t{1} << 20,
                                 .max_tokens = std::size_t{1} << 16};
  CLI::App app("Tokenizes framed texts from standard input.");
  app.add_option("--vocabulary", options.vocabulary_file)->required();
  app.add_flag("--lowercase,!--no-lowercase", options.lowercase);
  app.add_flag("--strip-accents,!--no-strip-accents", options.strip_accents);
  app.add_flag("--split-cjk,!--no-split-cjk", options.split_cjk);
  CLI11_PARSE(app, argc, argv);

  const auto encoder = DialogueEncoder::Create(options);
  if (!encoder.ok()) {
    std::cerr << encoder.status().ToString() << '\n';
    return 1;
  }
  const BasicTokenizer tokenizer({.lowercase = options.lowercase,
                                  .strip_accents = options.strip_accents,
                                  .split_cjk = options.split_cjk});
  std::ios::sync_with_stdio(false);
  while (const auto text = ReadFrame(std::cin)) {
    WriteFrame(Answer(**encoder, tokenizer, *text), std::cout);
  }
  std::cout.flush();
  return std::cout ? 0 : 1;
}

}  // namespace
}  // namespace emotion

// An exception, such as for want of memory, may end the tool.
// NOLINTNEXTLINE(bugprone-exception-escape)
int main(int argc, char** argv) { return emotion::Main(argc, argv); }
