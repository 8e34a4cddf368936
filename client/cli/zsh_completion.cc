#include "client/cli/zsh_completion.h"

#include <string_view>

namespace emotion::client {
namespace {

// With a backslash before each of `special`.
std::string Escaped(std::string_view text, std::string_view special) {
  std::string escaped;
  for (char c : text) {
    if (special.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// In single quotes, as every shell reads them.
std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + '\'';
}

// ":FORMAT:(tsv jsonl)", as often as values may follow.
std::string Values(const OptionOutline& option) {
  std::string action;
  if (option.takes_files) action = "_files";
  for (const auto& choice : option.choices) {
    action += (action.empty() ? "(" : " ") + choice;
  }
  if (!option.choices.empty()) action += ')';
  const std::string value = ':' + Escaped(option.value, ":\\") + ':' + action;
  if (option.max_values == OptionOutline::kAnyNumber) return ":*" + value;
  std::string values;
  for (std::size_t i = 0; i < option.max_values; ++i) values += value;
  return values;
}

std::string Arguments(const CommandOutline& command,
                      const std::string& indent) {
  std::string text;
  for (const auto& option : command.options) {
    for (const auto& name : option.names) {
      text += " \\\n" + indent +
              Quoted(name + '[' + Escaped(option.help, "[]:\\") + ']' +
                     Values(option));
    }
  }
  // An empty list of choices: a mere message would keep options from being
  // completed.
  for (const auto& positional : command.positionals) {
    text += " \\\n" + indent + Quoted(':' + positional.names[0] + ":()");
  }
  return text;
}

// The function `name`, which completes what has commands; before it those for
// commands that have commands themselves.
std::string Function(const CommandOutline& group, const std::string& name) {
  std::string functions;
  std::string commands;
  std::string cases;
  for (const auto& command : group.commands) {
    commands += "    " +
                Quoted(command.name + ':' + Escaped(command.help, ":\\")) +
                '\n';
    std::string action = "_arguments" + Arguments(command, "            ");
    if (!command.commands.empty()) {
      action = name + '_' + command.name;
      functions += Function(command, action);
    }
    cases += "        " + command.name + ")\n          " + action + " ;;\n";
  }
  return functions + name +
         "() {\n"
         "  local context state state_descr line\n"
         "  typeset -A opt_args\n"
         "  local -a commands\n"
         "  commands=(\n" +
         commands +
         "  )\n"
         "  _arguments -C" +
         Arguments(group, "    ") +
         " \\\n"
         "    '1:command:->command' \\\n"
         "    '*::argument:->argument' && return\n"
         "  case $state in\n"
         "    command) _describe -t commands command commands ;;\n"
         "    argument)\n"
         "      case $words[1] in\n" +
         cases +
         "      esac ;;\n"
         "  esac\n"
         "}\n\n";
}

}  // namespace

std::string ZshCompletion(const CommandOutline& program) {
  const std::string name = '_' + program.name;
  return "#compdef " + program.name +
         "\n# Completion for zsh, made by: " + program.name +
         " completion zsh\n\n" + Function(program, name) + name + " \"$@\"\n";
}

}  // namespace emotion::client
