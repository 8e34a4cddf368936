#include "client/cli/typed_line.h"

#include <algorithm>
#include <array>

namespace emotion::client {
namespace {

constexpr std::string_view kWhiteSpace = " \t\r\v\f";

struct Command {
  std::string_view name;
  TypedLine::Kind kind;
};

constexpr std::array<Command, 4> kCommands = {
    {{"/help", TypedLine::Kind::kHelp},
     {"/turns", TypedLine::Kind::kTurns},
     {"/reset", TypedLine::Kind::kReset},
     {"/quit", TypedLine::Kind::kQuit}}};

}  // namespace

TypedLine ReadTypedLine(std::string_view line) {
  const std::size_t last = line.find_last_not_of(kWhiteSpace);
  if (last == std::string_view::npos) return {};
  if (!line.starts_with('/')) {
    return {TypedLine::Kind::kTurn, std::string(line)};
  }
  if (line.starts_with("//")) {
    return {TypedLine::Kind::kTurn, std::string(line.substr(1))};
  }
  const std::string_view word = line.substr(0, last + 1);
  const auto found = std::ranges::find(kCommands, word, &Command::name);
  if (found != kCommands.end()) return {found->kind};
  return {TypedLine::Kind::kUnknown, std::string(word)};
}

std::string_view TypedCommandsHelp() {
  return "/help   these lines\n"
         "/turns  what the next turn is classified in view of\n"
         "/reset  forget the turns; speaker A begins\n"
         "/quit   end; so does Ctrl-D\n"
         "//...   a turn that begins with a slash\n";
}

}  // namespace emotion::client
