#pragma once

#include <CLI/App.hpp>
#include <array>
#include <istream>
#include <string>
#include <vector>

#include "client/cli/connection.h"
#include "client/cli/console.h"
#include "client/cli/exit_code.h"
#include "client/cli/model_flags.h"
#include "client/cli/result_writer.h"

namespace emotion::client {

// `emotion-client classify`: classifies the one dialogue of the command line,
// or the many of a file or a pipe.
class ClassifyCommand {
 public:
  // Adds the command to `app`, which must not outlive this.
  explicit ClassifyCommand(CLI::App& app);

  // Whether the command line chose it.
  bool chosen() const { return command_->parsed(); }
  ExitCode Run(const Console& console) const;

 private:
  // What the command line gave; three options, because a list would read
  // "[a, b]" as two turns.
  Turns GivenTurns() const;
  ExitCode RunOne(const Console& console, Client& client) const;
  ExitCode RunMany(const Console& console, Client& client) const;
  ExitCode ClassifyAll(const Console& console, Client& client,
                       std::istream& in) const;
  WriterOptions Writing(std::vector<std::string> labels, bool colours) const;
  CallOptions Call() const;

  CLI::App* command_;
  std::array<std::string, 3> turns_;
  std::array<CLI::Option*, 3> turn_options_{};
  ConnectionFlags connection_;
  ModelFlags model_;
  std::string input_;
  std::string input_format_;
  std::string output_;
  std::string request_id_;
  int in_flight_ = 32;
  bool timings_ = false;
};

}  // namespace emotion::client
