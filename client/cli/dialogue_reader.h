#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/cli/input_dialogue.h"
#include "client/cli/tsv_layout.h"
#include "common/result.h"

namespace emotion::client {

enum class InputFormat {
  kTsv,    // See TsvLayout.
  kJsonl,  // {"turns": ["...", "..."], "id": "optional", "label": "optional"}.
};

// By the ending: .jsonl, .ndjson and .json are JSON lines, all else, and "-",
// tab-separated.
InputFormat GuessInputFormat(std::string_view path);

// Reads dialogues one by one, so that a file of any length takes the memory of
// one line. Lines end with LF or CRLF; empty ones are skipped, and so is a
// byte order mark at the beginning. Not thread-safe.
class DialogueReader {
 public:
  // No line may be longer.
  static constexpr std::size_t kMaxLineBytes = std::size_t{1} << 20;

  // `name` is the file's name in messages. `in` must outlive the reader.
  DialogueReader(std::istream& in, std::string name, InputFormat format);

  // The next dialogue, or nothing at the end. After an error the reader stays
  // where it is and must not be used further.
  //
  // INVALID_ARGUMENT has "name:line" as its field and says what was expected.
  // The message holds nothing of the line's text.
  Result<std::optional<InputDialogue>> Next();

  // How far the reading has come.
  std::uint64_t bytes_read() const { return bytes_read_; }

 private:
  enum class Line { kText, kEnd, kTooLong, kUnreadable };

  Line ReadLine(std::string_view& line);
  // Nothing if the line was a header.
  Result<std::optional<InputDialogue>> Parse(std::string_view line);
  Status Complaint(const std::string& sentence) const;

  std::istream& in_;
  const std::string name_;
  const InputFormat format_;
  std::vector<char> buffer_;
  std::optional<TsvLayout> layout_;
  std::uint64_t bytes_read_ = 0;
  std::uint64_t line_number_ = 0;
  std::uint64_t dialogues_ = 0;
};

}  // namespace emotion::client
