#pragma once

#include <CLI/App.hpp>
#include <cstddef>
#include <string>
#include <vector>

namespace emotion::client {

// The command line as plain values, read from the parser itself: what is made
// of it, completions, the help and from it the manual page, cannot fall behind
// it. What --help hides is left out.

struct OptionOutline {
  // "-h", "--help"; of a positional, its one name.
  std::vector<std::string> names;
  std::string help;
  // The heading that it stands under in --help.
  std::string group;
  // What the values are called, "HOST:PORT"; empty for a flag.
  std::string value;
  // How many values it takes at most; 0 for a flag, kAnyNumber for a list.
  std::size_t max_values = 0;
  // Whether the command line must have it.
  bool required = false;
  // If only these are allowed.
  std::vector<std::string> choices;
  // What else is demanded, "INT in [1 - 64]"; may be empty.
  std::string range;
  // Whether the values name files: they are called FILE or JSON.
  bool takes_files = false;
  // Both may be empty.
  std::string default_value;
  std::string environment;

  static constexpr std::size_t kAnyNumber = 1000;
};

struct CommandOutline {
  std::string name;
  std::string help;
  // What --help says at its end, unless the program says the same; may be
  // empty.
  std::string footer;
  // "emotion-client 0.1.0"; only for the program itself.
  std::string version;
  std::vector<OptionOutline> options;
  std::vector<OptionOutline> positionals;
  std::vector<CommandOutline> commands;
};

// Reads `app` and its commands; changes nothing.
CommandOutline Outline(CLI::App& app);

// All commands of the program, in order, each under the words that are typed
// for it: "info", "models", "models list". One with commands of its own stands
// before them.
std::vector<CommandOutline> AllCommands(const CommandOutline& program);

}  // namespace emotion::client
