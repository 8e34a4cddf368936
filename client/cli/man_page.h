#pragma once

#include <string>

#include "client/cli/command_outline.h"

namespace emotion::client {

// The manual page of a program (section 1) in the man macros of roff. The
// program's footer becomes sections: a line that ends with a colon begins one,
// what follows stands as it is. Pure.
std::string ManPage(const CommandOutline& program);

}  // namespace emotion::client
