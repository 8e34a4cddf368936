#pragma once

#include <string>

#include "common/result.h"
#include "server/config/setting.h"

namespace emotion {

// Reads a file of one YAML map from option names to single values. Values are
// not checked here. An empty file sets nothing. INVALID_ARGUMENT names file and
// line if the file cannot be read, is not YAML, is not such a map, names what
// is no option, or names an option twice.
Result<Settings> ReadYamlFile(const std::string& path);

// `text` as a YAML scalar, in quotes where it needs them.
std::string YamlScalar(const std::string& text);

}  // namespace emotion
