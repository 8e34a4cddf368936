#pragma once

#include <string>

#include "client/cli/command_outline.h"

namespace emotion::client {

// Scripts that complete a program's commands, options, the choices of options
// and names of files when Tab is pressed. Pure functions.

// For bash from 4.0 on, without the package bash-completion; to be sourced.
std::string BashCompletion(const CommandOutline& program);

// For zsh, to lie in a folder of fpath under the name _<program>.
std::string ZshCompletion(const CommandOutline& program);

}  // namespace emotion::client
