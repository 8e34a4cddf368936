#include "server/text/vocabulary.h"

#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "common/utf8.h"
#include "server/text/unicode.h"

namespace emotion {
namespace {

using LineNumbers = std::unordered_map<std::string_view, std::size_t>;

std::optional<std::string> ReadFile(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return std::nullopt;
  std::ifstream stream(file, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(stream), {}};
  if (!stream || stream.bad()) return std::nullopt;
  return content;
}

// As the reference reads the file: it trims what Unicode calls white space.
std::string_view WithoutTrailingSpace(std::string_view line) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < line.size();) {
    if (!IsWhiteSpace(DecodeUtf8(line, i))) end = i;
  }
  return line.substr(0, end);
}

std::vector<std::string> SplitLines(std::string_view content) {
  std::vector<std::string> lines;
  while (!content.empty()) {
    const std::size_t end = content.find('\n');
    lines.emplace_back(WithoutTrailingSpace(content.substr(0, end)));
    content.remove_prefix(end == content.npos ? content.size() : end + 1);
  }
  return lines;
}

}  // namespace

Result<Vocabulary> ReadVocabulary(const std::filesystem::path& file) {
  const auto failed = [&](const std::string& what) {
    return Status(StatusCode::kFailedPrecondition,
                  "vocabulary '" + file.string() + "' " + what);
  };
  const std::optional<std::string> content = ReadFile(file);
  if (!content) return failed("cannot be read; expected a readable file");
  if (content->empty()) return failed("is empty; expected one piece a line");
  if (const auto offset = FindInvalidUtf8(*content)) {
    return failed("is not UTF-8 at byte " + std::to_string(*offset) +
                  "; expected one piece a line in UTF-8");
  }

  Vocabulary vocabulary{.pieces = SplitLines(*content)};
  LineNumbers lines;
  lines.reserve(vocabulary.pieces.size());
  for (std::size_t i = 0; i < vocabulary.pieces.size(); ++i) {
    const std::string& piece = vocabulary.pieces[i];
    if (piece.empty()) continue;
    const auto [first, is_new] = lines.try_emplace(piece, i);
    if (is_new) continue;
    return failed("has '" + piece + "' on line " +
                  std::to_string(first->second + 1) + " and on line " +
                  std::to_string(i + 1) + "; expected each piece once");
  }
  for (const auto& [piece, id] : {
           std::pair("[UNK]", &vocabulary.unknown),
           std::pair("[CLS]", &vocabulary.classify),
           std::pair("[SEP]", &vocabulary.separator),
       }) {
    const auto line = lines.find(piece);
    if (line == lines.end()) {
      return failed(std::string("has no piece ") + piece +
                    "; expected [UNK], [CLS] and [SEP]");
    }
    *id = static_cast<std::int32_t>(line->second);
  }
  return vocabulary;
}

}  // namespace emotion
