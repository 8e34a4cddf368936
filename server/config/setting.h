#pragma once

#include <string>
#include <vector>

namespace emotion {

// A value that somebody gave to an option, as text, not yet judged.
struct Setting {
  // As in the option table, "max-batch-items".
  std::string option;
  std::string value;
  // Where it stands, for messages: "the command line", "EMOTION_WORKERS",
  // "server.yaml:3".
  std::string origin;
};

// What one source says, in its order.
using Settings = std::vector<Setting>;

}  // namespace emotion
