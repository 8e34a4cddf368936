#pragma once

#include <string>

namespace emotion {

// What the process logs on standard error. The text of a dialogue is never
// logged, at any level.
struct LoggingOptions {
  // "text" for people, "json" for machines: one object a line.
  std::string format = "text";

  // The least severe level that is written: "debug", "info", "warning" or
  // "error". "debug" has a line for each call.
  std::string level = "info";
};

}  // namespace emotion
