#include "server/config/environment.h"

#include <unistd.h>

#include <regex>
#include <string_view>

#include "server/config/option_table.h"

namespace emotion {
namespace {

constexpr std::string_view kPrefix = "EMOTION_";
constexpr std::string_view kConfigFile = "EMOTION_CONFIG";

const Option* OptionOfVariable(std::string_view name) {
  for (const Option& option : OptionTable()) {
    if (VariableName(option.name) == name) return &option;
  }
  return nullptr;
}

// Kubernetes and Docker set variables for each service beside us, and one that
// is called "emotion" brings EMOTION_SERVICE_HOST, EMOTION_PORT_50051_TCP_ADDR
// and the like. They are nobody's misspelt option.
bool IsServiceLink(const std::string& name) {
  static const std::regex kLink(
      "EMOTION_(.*_)?"
      "(SERVICE_HOST|SERVICE_PORT(_.*)?|"
      "PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)");
  return std::regex_match(name, kLink);
}

}  // namespace

Environment ProcessEnvironment() {
  Environment result;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    result.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return result;
}

Result<EnvironmentSettings> ReadEnvironment(const Environment& environment) {
  EnvironmentSettings result;
  for (const auto& [name, value] : environment) {
    if (!name.starts_with(kPrefix)) continue;
    if (name == kConfigFile) {
      result.config_file = value;
    } else if (const Option* option = OptionOfVariable(name)) {
      result.settings.push_back({option->name, value, name});
    } else if (!IsServiceLink(name)) {
      return Status(StatusCode::kInvalidArgument,
                    "is set in the environment but is no option; see --help")
          .WithField(name);
    }
  }
  return result;
}

}  // namespace emotion
