#pragma once

#include <memory>

#include "client/cli/line_source.h"

namespace emotion::client {

// The lines that a person types at the terminal of standard input and output,
// with libedit: keys to edit and a history of this run, as ~/.editrc says.
// While a line is typed a signal first gives the terminal back as it was.
//
// Sets the locale of characters, so that text is UTF-8. At most one may exist.
// Null if the terminal cannot be used so.
std::unique_ptr<LineSource> TerminalLines();

}  // namespace emotion::client
