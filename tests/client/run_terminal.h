#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/client/run_cli.h"

namespace emotion::client {

// What a person does at a terminal.
struct TerminalStep {
  // Waits until this has been printed since the last step; empty means at once.
  // If it ends with "> " it is a prompt: waits also for the editor, which shows
  // the prompt before it takes the keys one by one.
  std::string wait_for;
  // Then types this; "\r" is Enter, "\x03" Ctrl-C, "\x04" Ctrl-D.
  std::string type;
  // Runs before that, if there is one.
  std::function<void()> before{};
};

// Runs the emotion-client binary with a terminal of its own as standard input,
// output and error, and waits for its end; all it printed is in `out`. The
// environment is TERM=xterm and `environment`. A step that waits for more than
// 20 s fails the test and hangs up.
CliRun RunAtTerminal(const std::vector<std::string>& arguments,
                     const std::vector<TerminalStep>& steps,
                     const std::vector<std::string>& environment = {});

}  // namespace emotion::client
