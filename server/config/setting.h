#pragma once

#include <string>
#include <vector>

namespace emotion {

// A value that a source gives to an option, as text, not yet checked.
struct Setting {
  // As in the option table, "max-batch-items".
  std::string option;
  std::string value;
  // Where it stands, for messages: "the command line", "EMOTION_WORKERS",
  // "server.yaml:3".
  std::string origin;
};

// The values of one source, in its order.
using Settings = std::vector<Setting>;

}  // namespace emotion
