#include "server/config/config_loader.h"

#include <map>
#include <utility>

#include "server/config/command_line.h"
#include "server/config/option_table.h"
#include "server/config/setting.h"
#include "server/config/yaml_file.h"

namespace emotion {
namespace {

// By option, where its value came from.
using Origins = std::map<std::string, std::string>;

Status Apply(const Settings& settings, Config& config, Origins& origins) {
  for (const Setting& setting : settings) {
    const Option& option = *FindOption(setting.option);
    if (!option.set(config, setting.value)) {
      std::string message("\"");
      message.append(setting.value).append("\" from ").append(setting.origin);
      message.append(": expected ").append(option.expected);
      return Status(StatusCode::kInvalidArgument, std::move(message))
          .WithField("--" + option.name);
    }
    origins[option.name] = setting.origin;
  }
  return {};
}

// As YAML that --config reads back, each value with its origin.
std::string Print(const Config& config, const Origins& origins) {
  std::string text;
  for (const Option& option : OptionTable()) {
    const auto origin = origins.find(option.name);
    text += option.name + ": " + YamlScalar(option.get(config)) + "  # " +
            (origin == origins.end() ? "default" : origin->second) + "\n";
  }
  return text;
}

}  // namespace

Result<Command> LoadConfig(std::span<char* const> arguments,
                           std::string_view version,
                           const Environment& environment) {
  auto command_line = ParseCommandLine(arguments, version);
  if (!command_line.ok()) return std::move(command_line).status();
  Command command;
  if (command_line->text_to_print) {
    command.text_to_print = std::move(command_line->text_to_print);
    return command;
  }
  auto variables = ReadEnvironment(environment);
  if (!variables.ok()) return std::move(variables).status();

  Settings file;
  const auto& path = command_line->config_file ? command_line->config_file
                                               : variables->config_file;
  if (path) {
    auto read = ReadYamlFile(*path);
    if (!read.ok()) return std::move(read).status();
    file = *std::move(read);
  }

  Origins origins;
  for (const Settings* source :
       {&file, &variables->settings, &command_line->settings}) {
    if (Status status = Apply(*source, command.config, origins); !status.ok()) {
      return status;
    }
  }
  if (command_line->print_config) {
    command.text_to_print = Print(command.config, origins);
  }
  return command;
}

}  // namespace emotion
