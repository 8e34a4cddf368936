#pragma once

#include <cstddef>
#include <istream>
#include <memory>
#include <optional>
#include <string>

#include "common/result.h"

namespace emotion::client {

// Where the lines of a conversation come from. Not thread-safe.
class LineSource {
 public:
  // No line may be longer.
  static constexpr std::size_t kMaxLineBytes = std::size_t{1} << 16;

  virtual ~LineSource() = default;

  // The next line without its end (LF or CRLF), or nothing at the end. Waits
  // for as long as the person thinks. `prompt` is shown where there is a
  // person. INVALID_ARGUMENT names the line that is too long or cannot be read;
  // the source must not be used further.
  virtual Result<std::optional<std::string>> Next(
      const std::string& prompt) = 0;
};

// The lines of a stream, without prompts; its name in messages is stdin. `in`
// must outlive the source.
std::unique_ptr<LineSource> StreamLines(std::istream& in);

}  // namespace emotion::client
