#pragma once

#include <map>
#include <optional>
#include <string>

#include "common/result.h"
#include "server/config/setting.h"

namespace emotion {

// Variables of a process by name.
using Environment = std::map<std::string, std::string>;

// Those of this process. Not to be called while another thread changes them.
Environment ProcessEnvironment();

// What the environment asks for.
struct EnvironmentSettings {
  // The value of EMOTION_CONFIG.
  std::optional<std::string> config_file;
  Settings settings;
};

// Picks the variables that begin with EMOTION_. Values are not checked here.
// INVALID_ARGUMENT names a variable that is no option: a misspelt one would
// otherwise be ignored in silence. Left alone are the variables that Kubernetes
// and Docker make for a service whose name begins with "emotion", such as
// EMOTION_SERVICE_HOST and EMOTION_PORT_50051_TCP_ADDR.
Result<EnvironmentSettings> ReadEnvironment(const Environment& environment);

}  // namespace emotion
