#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/result.h"
#include "server/config/config.h"
#include "server/config/environment.h"

namespace emotion {

// What the operator wants: the server with this configuration, or just a text.
struct Command {
  Config config;
  // For --help, --version and --print-config: print it and exit.
  std::optional<std::string> text_to_print;
};

// Builds the configuration from, last wins: the rooms' defaults, the YAML file
// of --config (or EMOTION_CONFIG), the environment, the command line.
// `arguments` begins with the program's name; `version` is what --version
// prints.
//
// INVALID_ARGUMENT names the option, the value, where it came from and what was
// expected. A value is judged even where a later source overrides it. Bounds
// are those of each option alone; what the rooms ask of several together they
// say in their Create. Reads the file, writes nothing.
Result<Command> LoadConfig(
    std::span<char* const> arguments, std::string_view version,
    const Environment& environment = ProcessEnvironment());

}  // namespace emotion
