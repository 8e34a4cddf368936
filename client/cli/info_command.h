#pragma once

#include <CLI/App.hpp>

#include "client/cli/connection.h"
#include "client/cli/console.h"
#include "client/cli/exit_code.h"

namespace emotion::client {

// `emotion-client info`: which model answers, its labels and its limits; and
// all versions that are loaded, if there are several.
class InfoCommand {
 public:
  // Adds the command to `app`, which must not outlive this.
  explicit InfoCommand(CLI::App& app);

  // Whether the command line chose it.
  bool chosen() const { return command_->parsed(); }
  ExitCode Run(const Console& console) const;

 private:
  CLI::App* command_;
  ConnectionFlags connection_;
  bool json_ = false;
};

}  // namespace emotion::client
