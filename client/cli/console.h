#pragma once

#include <istream>
#include <ostream>

namespace emotion::client {

// Where a command reads and writes, and what is known of the other end.
struct Console {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  // Whether `in`, `out` and `err` are terminals.
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  // Whether colours are welcome: a terminal, and NO_COLOR is not set.
  bool colours = false;
};

}  // namespace emotion::client
