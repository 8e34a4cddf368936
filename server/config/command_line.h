#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/result.h"
#include "server/config/setting.h"

namespace emotion {

// What the command line asks for.
struct CommandLine {
  // For --help or --version: what to print. The rest is then empty.
  std::optional<std::string> text_to_print;
  // The value of --config.
  std::optional<std::string> config_file;
  // Whether --print-config was given.
  bool print_config = false;
  // All other flags.
  Settings settings;
};

// Reads the arguments, the program's name first, against the option table.
// Values are not checked here. INVALID_ARGUMENT names the flag that is unknown,
// given twice or without a value. `version` is what --version prints.
Result<CommandLine> ParseCommandLine(std::span<char* const> arguments,
                                     std::string_view version);

}  // namespace emotion
