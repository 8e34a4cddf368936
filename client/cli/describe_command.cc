#include "client/cli/describe_command.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "client/cli/bash_completion.h"
#include "client/cli/command_outline.h"
#include "client/cli/zsh_completion.h"

namespace emotion::client {

DescribeCommand::DescribeCommand(CLI::App& app)
    : app_(app),
      completion_(app.add_subcommand("completion", "Print a completion script")
                      ->group("")) {
  completion_->add_option("shell", shell_, "Which shell: bash or zsh")
      ->check(CLI::IsMember({"bash", "zsh"}))
      ->required();
}

ExitCode DescribeCommand::Run(const Console& console) const {
  const CommandOutline program = Outline(app_);
  console.out << (shell_ == "bash" ? BashCompletion(program)
                                   : ZshCompletion(program));
  return console.out.flush() ? kExitAllAnswered : kExitFailed;
}

}  // namespace emotion::client
