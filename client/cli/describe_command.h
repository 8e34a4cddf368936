#pragma once

#include <CLI/App.hpp>
#include <string>

#include "client/cli/console.h"
#include "client/cli/exit_code.h"

namespace emotion::client {

// `emotion-client completion bash|zsh` and `emotion-client man`: what the
// installation makes of the command line itself. --help does not show them.
class DescribeCommand {
 public:
  // Adds both to `app`, which must not outlive this.
  explicit DescribeCommand(CLI::App& app);

  // Whether the command line chose one.
  bool chosen() const { return completion_->parsed() || man_->parsed(); }
  ExitCode Run(const Console& console) const;

 private:
  CLI::App& app_;
  CLI::App* completion_;
  CLI::App* man_;
  std::string shell_;
};

}  // namespace emotion::client
