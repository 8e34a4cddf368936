#pragma once

#include <CLI/App.hpp>

#include "client/cli/console.h"
#include "client/cli/exit_code.h"
#include "client/load/load_flags.h"
#include "client/load/load_result.h"

namespace emotion::load {

// `emotion-client load`: measures a server under load, or puts results of
// earlier runs together. Ends with 0 when the run was made and, if there was
// an objective, it was met; 1 when it was missed or a file cannot be written;
// 2 for bad usage; 3 when the server cannot be reached.
class LoadCommand {
 public:
  // Adds the command to `app`, which must not outlive this.
  explicit LoadCommand(CLI::App& app);

  // Whether the command line chose it.
  bool chosen() const { return command_->parsed(); }
  // Interrupts (SIGINT) end a run early; its figures are still written.
  client::ExitCode Run(const client::Console& console) const;

 private:
  client::ExitCode RunLoad(const client::Console& console) const;
  client::ExitCode RunMerge(const client::Console& console) const;
  client::ExitCode RunCompare(const client::Console& console) const;
  // Writes the files that were asked for; false if one cannot be written.
  bool WriteFiles(const client::Console& console,
                  const LoadResult& result) const;

  CLI::App* command_;
  LoadFlags flags_;
};

}  // namespace emotion::load
