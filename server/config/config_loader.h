#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/result.h"
#include "server/config/config.h"
#include "server/config/environment.h"

namespace emotion {

// What the operator asks for: the server with this configuration, or just a
// text.
struct Command {
  Config config;
  // For --help, --version and --print-config: print it and exit.
  std::optional<std::string> text_to_print;
};

// Builds the configuration from, last wins: the defaults, the YAML file
// of --config (or EMOTION_CONFIG), the environment, the command line.
// `arguments` begins with the program's name; `version` is what --version
// prints.
//
// INVALID_ARGUMENT names the option, the value, where it came from and what was
// expected. A value is checked even where a later source overrides it. Bounds
// are those of each option alone; what several must fulfil together is checked
// by the Create of the library that they belong to. Reads the file, writes
// nothing.
Result<Command> LoadConfig(
    std::span<char* const> arguments, std::string_view version,
    const Environment& environment = ProcessEnvironment());

}  // namespace emotion
