#pragma once

#include <string>

namespace emotion {

// Which model a package holds, as its manifest says. A value.
struct ModelIdentity {
  std::string name;
  std::string version;
};

}  // namespace emotion
