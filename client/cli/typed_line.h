#pragma once

#include <string>
#include <string_view>

namespace emotion::client {

// One line of `emotion-client converse`, read.
struct TypedLine {
  enum class Kind {
    kNothing,  // Empty, or white space alone.
    kTurn,
    kHelp,
    kTurns,
    kReset,
    kQuit,
    kUnknown,  // Begins with a slash, and is none of the commands.
  };
  Kind kind = Kind::kNothing;
  // Of kTurn, what was said; of kUnknown, the word. Otherwise empty.
  std::string text{};
};

// Commands begin with a slash and may end with white space; two slashes begin
// a turn that begins with one. Pure.
TypedLine ReadTypedLine(std::string_view line);

// The commands and what they do, a line each.
std::string_view TypedCommandsHelp();

}  // namespace emotion::client
