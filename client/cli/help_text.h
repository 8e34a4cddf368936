#pragma once

#include <CLI/App.hpp>
#include <string>

#include "client/cli/command_outline.h"

namespace emotion::client {

// What --help prints, in the form that GNU programs have, at most 79 columns
// wide; and so in the form that help2man reads. Pure functions.

// Of the program: its own options, its commands with a line each, its footer.
std::string ProgramHelp(const CommandOutline& program);

// Of one of AllCommands(program): its options by groups, or its commands with a
// line each.
std::string CommandHelp(const CommandOutline& program,
                        const CommandOutline& command);

// Of the program and all of its commands that have none themselves, as the
// source of a manual page: a section's heading stands between asterisks, and a
// line of the footer that ends with a colon is one. Groups are left out.
std::string CompleteHelp(const CommandOutline& program);

// Makes `app`, and the commands that are added to it from now on, print the
// above for --help and --help-all. Commands that --help hides keep the help of
// the parser.
void UseHelpText(CLI::App& app);

}  // namespace emotion::client
