#pragma once

#include <CLI/App.hpp>
#include <string>

#include "client/cli/connection.h"
#include "client/cli/console.h"
#include "client/cli/exit_code.h"
#include "client/cli/model_flags.h"

namespace emotion::client {

// `emotion-client converse`: a conversation typed turn by turn, or read so.
class ConverseCommand {
 public:
  // Adds the command to `app`, which must not outlive this.
  explicit ConverseCommand(CLI::App& app);

  // Whether the command line chose it.
  bool chosen() const { return command_->parsed(); }

  // At a terminal Ctrl-C ends the process with 130, as a shell counts it.
  ExitCode Run(const Console& console) const;

 private:
  CLI::App* command_;
  ConnectionFlags connection_;
  ModelFlags model_;
  std::string classified_ = "both";
  std::string output_ = "plain";
};

}  // namespace emotion::client
