#pragma once

#include <string>

#include "client/cli/command_outline.h"

namespace emotion::client {

// A script for zsh, to lie in a folder of fpath under the name _<program>. It
// completes the program's commands, options, the choices of options and names
// of files when Tab is pressed. Pure.
std::string ZshCompletion(const CommandOutline& program);

}  // namespace emotion::client
