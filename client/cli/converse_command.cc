#include "client/cli/converse_command.h"

#include <unistd.h>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <csignal>
#include <memory>

#include "client/cli/await.h"
#include "client/cli/converse_session.h"
#include "client/cli/line_editor.h"
#include "client/cli/line_source.h"

namespace emotion::client {
namespace {

constexpr int kExitInterrupted = 130;

// Every answer was flushed; the line on the screen ends too.
void EndAtOnce(int) {
  [[maybe_unused]] const ssize_t written = write(STDOUT_FILENO, "\n", 1);
  _exit(kExitInterrupted);
}

}  // namespace

ConverseCommand::ConverseCommand(CLI::App& app)
    : command_(app.add_subcommand(
          "converse", "Classify a conversation as it is typed, turn by turn")) {
  AddConnectionFlags(*command_, connection_);
  AddModelFlags(*command_, model_);
  command_
      ->add_option("--judge", classified_,
                   "Whose turns are classified: a, b or both")
      ->check(CLI::IsMember({"a", "b", "both"}))
      ->type_name("SPEAKER")
      ->capture_default_str();
  command_
      ->add_option("--output", output_,
                   "Of the results: plain, which is bars at a terminal, or "
                   "jsonl")
      ->check(CLI::IsMember({"plain", "jsonl"}))
      ->type_name("FORMAT")
      ->capture_default_str();
  command_->footer(
      "Two speakers, A and B, take turns, a line each; A begins. A turn is\n"
      "classified in view of the two before it. Empty lines count for "
      "nothing.\n"
      "Commands: /help, /turns, /reset, /quit; // begins a turn with a slash.\n"
      "\n"
      "From a pipe or a file each classified turn gives one line: the labels\n"
      "with their probabilities, the answer first, or ! and the code of the\n"
      "failure.");
}

ExitCode ConverseCommand::Run(const Console& console) const {
  auto client = Connect(connection_);
  if (!client.ok()) {
    Complain(console.err, client.status());
    return kExitUsage;
  }
  const bool at_terminal = console.in_is_terminal && console.out_is_terminal;
  auto lines = at_terminal ? TerminalLines() : nullptr;
  if (lines == nullptr) lines = StreamLines(console.in);
  if (at_terminal) std::signal(SIGINT, EndAtOnce);
  CallOptions call;
  Apply(model_, call);
  ConverseSession session(console, *lines,
                          [&](const Turns& turns) {
                            return Await<Classification>([&](auto done) {
                              (*client)->Classify(turns, call, std::move(done));
                            });
                          },
                          {.classified = classified_ == "a"   ? Speakers::kA
                                         : classified_ == "b" ? Speakers::kB
                                                              : Speakers::kBoth,
                           .interactive = at_terminal,
                           .json = output_ == "jsonl"});
  return session.Run();
}

}  // namespace emotion::client
