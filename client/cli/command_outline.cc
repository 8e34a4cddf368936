#include "client/cli/command_outline.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <utility>

namespace emotion::client {
namespace {

std::vector<std::string> Demands(CLI::Option& option) {
  std::vector<std::string> demands;
  try {
    for (int i = 0;; ++i) {
      demands.push_back(option.get_validator(i)->get_description());
    }
  } catch (const CLI::OptionNotFound&) {
    return demands;
  }
}

// CLI::IsMember describes itself as "{a,b}".
bool IsChoice(const std::string& demand) {
  return demand.starts_with('{') && demand.ends_with('}');
}

// The type's name without what the demands add to it.
std::string ValueName(const CLI::Option& option,
                      const std::vector<std::string>& demands) {
  std::string name = option.get_type_name();
  std::size_t added = 0;
  for (const auto& demand : demands) {
    if (!demand.empty()) added += demand.size() + 1;
  }
  name.resize(name.size() - std::min(added, name.size()));
  return name;
}

bool NamesFiles(const std::string& value) {
  const std::string word = value.substr(0, value.find_first_of(" ."));
  return word == "FILE" || word == "JSON";
}

OptionOutline OutlineOption(CLI::Option& option) {
  OptionOutline outline;
  for (const auto& name : option.get_snames()) {
    outline.names.push_back("-" + name);
  }
  for (const auto& name : option.get_lnames()) {
    outline.names.push_back("--" + name);
  }
  if (option.get_positional()) outline.names = {option.get_name(true)};
  outline.help = option.get_description();
  outline.group = option.get_group();
  outline.required = option.get_required();
  outline.environment = option.get_envname();
  // One that may be repeated takes no further words each time.
  const int most = option.get_allow_extra_args()
                       ? option.get_items_expected_max()
                       : std::min(option.get_items_expected_max(),
                                  std::max(1, option.get_items_expected_min()));
  outline.max_values =
      std::min(static_cast<std::size_t>(most), OptionOutline::kAnyNumber);
  if (outline.max_values == 0) return outline;
  outline.default_value = option.get_default_str();
  const auto demands = Demands(option);
  outline.value = ValueName(option, demands);
  outline.takes_files = NamesFiles(outline.value);
  for (const auto& demand : demands) {
    if (IsChoice(demand)) {
      outline.choices =
          CLI::detail::split(demand.substr(1, demand.size() - 2), ',');
    } else {
      outline.range = demand;
    }
  }
  return outline;
}

void AddCommands(const CommandOutline& parent, const std::string& words,
                 std::vector<CommandOutline>& commands) {
  for (const CommandOutline& each : parent.commands) {
    commands.push_back(each);
    commands.back().name = words + each.name;
    AddCommands(each, words + each.name + ' ', commands);
  }
}

}  // namespace

CommandOutline Outline(CLI::App& app) {
  CommandOutline outline;
  outline.name = app.get_name();
  outline.help = app.get_description();
  outline.footer = app.get_footer();
  outline.version = app.version();
  for (CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    auto& list =
        option->get_positional() ? outline.positionals : outline.options;
    list.push_back(OutlineOption(*option));
  }
  for (CLI::App* command : app.get_subcommands({})) {
    if (!command->get_group().empty()) {
      outline.commands.push_back(Outline(*command));
      // A command without a footer inherits it.
      auto& footer = outline.commands.back().footer;
      if (footer == outline.footer) footer.clear();
    }
  }
  return outline;
}

std::vector<CommandOutline> AllCommands(const CommandOutline& program) {
  std::vector<CommandOutline> commands;
  AddCommands(program, "", commands);
  return commands;
}

}  // namespace emotion::client
