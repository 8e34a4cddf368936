#pragma once

#include <string>

#include "client/cli/command_outline.h"

namespace emotion::client {

// A script for bash from 4.0 on, without the package bash-completion; to be
// sourced. It completes the program's commands, options, the choices of
// options and names of files when Tab is pressed. Pure.
std::string BashCompletion(const CommandOutline& program);

}  // namespace emotion::client
