#include "client/cli/converse_session.h"

#include <utility>

#include "client/cli/single_view.h"
#include "client/cli/style.h"
#include "client/cli/typed_line.h"

namespace emotion::client {
namespace {

constexpr std::size_t kTextCharacters = 70;

}  // namespace

ConverseSession::ConverseSession(const Console& console, LineSource& lines,
                                 Conversation::Classify classify,
                                 ConverseOptions options)
    : console_(console),
      lines_(lines),
      classify_(std::move(classify)),
      options_(options) {
  if (!options.json) return;
  writer_ = ResultWriter::Make({.format = OutputFormat::kJsonl}, console_.out);
}

ExitCode ConverseSession::Run() {
  if (options_.interactive) {
    console_.out << "Speakers A and B take turns, a line each; a turn is "
                    "classified in view of the two\nbefore it. /help lists the "
                    "commands, Ctrl-D ends.\n\n"
                 << std::flush;
  }
  while (true) {
    const auto line = lines_.Next(std::string{speaker_, '>', ' '});
    if (!line.ok()) {
      Complain(console_.err, line.status());
      return kExitUsage;
    }
    if (!line->has_value() || !HandleLine(**line)) break;
    if (!console_.out.flush()) {
      console_.err << "emotion-client: the output cannot be written\n";
      return kExitFailed;
    }
  }
  return Outcome();
}

bool ConverseSession::HandleLine(const std::string& line) {
  const TypedLine typed = ReadTypedLine(line);
  switch (typed.kind) {
    case TypedLine::Kind::kNothing:
      break;
    case TypedLine::Kind::kTurn:
      HandleTurn(typed.text);
      break;
    case TypedLine::Kind::kHelp:
      aside() << TypedCommandsHelp();
      break;
    case TypedLine::Kind::kTurns:
      ShowTurns();
      break;
    case TypedLine::Kind::kReset:
      conversation_.Reset();
      speaker_ = 'A';
      break;
    case TypedLine::Kind::kQuit:
      return false;
    case TypedLine::Kind::kUnknown:
      RefuseCommand(typed.text);
      break;
  }
  return true;
}

void ConverseSession::RefuseCommand(const std::string& command) {
  ++failed_;
  console_.err << "emotion-client: there is no command "
               << OneLine(command, kTextCharacters)
               << "; /help lists them, and // begins a turn with a slash\n";
}

void ConverseSession::HandleTurn(const std::string& turn) {
  ++turns_;
  const bool classified =
      options_.classified == Speakers::kBoth ||
      (options_.classified == Speakers::kA) == (speaker_ == 'A');
  if (!classified) {
    conversation_.Add(turn);
    OtherSpeaker();
    return;
  }
  const auto result = conversation_.Say(turn, classify_);
  Show(result);
  if (result.ok()) {
    ++answered_;
  } else {
    ++failed_;
    if (IsUnreachable(result.status())) ++unreachable_;
    std::string where = "turn " + std::to_string(turns_);
    if (!result.status().field().empty()) {
      where += ": " + result.status().field();
    }
    Complain(console_.err, options_.interactive
                               ? result.status()
                               : result.status().WithField(std::move(where)));
  }
  if (result.ok() || !options_.interactive) OtherSpeaker();
}

void ConverseSession::Show(const Result<Classification>& result) {
  if (writer_ != nullptr) {
    writer_->Write({.id = std::to_string(turns_), .turns = {}}, result);
  } else if (!options_.interactive) {
    console_.out << (result.ok() ? PlainLine(*result)
                                 : "! " + std::string(StatusCodeName(
                                              result.status().code()))) +
                        '\n';
  } else if (result.ok()) {
    console_.out << TerminalView(*result, console_.colours) << '\n';
  }
}

void ConverseSession::ShowTurns() {
  const Turns& turns = conversation_.turns();
  const std::size_t first =
      turns.size() < Conversation::kMaxTurns ? 0 : turns.size() - 2;
  for (std::size_t i = first; i < turns.size(); ++i) {
    const bool same = (turns.size() - i) % 2 == 0;
    aside() << ((speaker_ == 'A') == same ? "A: " : "B: ")
            << OneLine(turns[i], kTextCharacters) << '\n';
  }
}

std::ostream& ConverseSession::aside() const {
  return options_.interactive ? console_.out : console_.err;
}

ExitCode ConverseSession::Outcome() const {
  if (options_.interactive || failed_ == 0) return kExitAllAnswered;
  return answered_ == 0 && unreachable_ == failed_ ? kExitUnreachable
                                                   : kExitFailed;
}

}  // namespace emotion::client
