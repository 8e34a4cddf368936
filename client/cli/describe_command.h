#pragma once

#include <CLI/App.hpp>
#include <string>

#include "client/cli/console.h"
#include "client/cli/exit_code.h"

namespace emotion::client {

// `emotion-client completion bash|zsh`: what the installation makes of the
// command line itself. --help does not show it.
class DescribeCommand {
 public:
  // Adds the command to `app`, which must not outlive this.
  explicit DescribeCommand(CLI::App& app);

  // Whether the command line chose it.
  bool chosen() const { return completion_->parsed(); }
  ExitCode Run(const Console& console) const;

 private:
  CLI::App& app_;
  CLI::App* completion_;
  std::string shell_;
};

}  // namespace emotion::client
