#pragma once

#include <string>

#include "client/classification.h"

namespace emotion::client {

// How one classification is shown by itself. Pure functions; unless it says
// otherwise the text ends with a line feed.

// For a program or a pipe: "label probability" with three decimals, the most
// probable first, so that the first word is the answer. Timings, if there are
// any, follow as one line.
std::string PlainView(const Classification& result);

// The same on one line, with spaces, without line feed and timings: "sad 0.970
// others 0.010".
std::string PlainLine(const Classification& result);

// For a person at a terminal: face, label, a bar for each label in the model's
// order, which turns were cut, and timings if there are any.
std::string TerminalView(const Classification& result, bool colours);

}  // namespace emotion::client
