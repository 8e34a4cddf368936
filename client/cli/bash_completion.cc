#include "client/cli/bash_completion.h"

#include <map>
#include <vector>

namespace emotion::client {
namespace {

// A function's name: "_emotion_client".
std::string FunctionName(const CommandOutline& program) {
  std::string name = "_" + program.name;
  for (char& c : name) {
    if (c == '-') c = '_';
  }
  return name;
}

std::string Joined(const std::vector<std::string>& words,
                   const std::string& separator) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : separator) + word;
  return text;
}

// "models/list": the words of a command as one.
std::string Path(const CommandOutline& command) {
  std::string path = command.name;
  for (char& c : path) {
    if (c == ' ') c = '/';
  }
  return path;
}

// The cases in which a word is a command after the words so far.
std::string CommandCases(const CommandOutline& program,
                         const std::vector<CommandOutline>& commands) {
  std::vector<std::string> names;
  for (const auto& each : program.commands) names.push_back(':' + each.name);
  std::string text = "      " + Joined(names, "|") + ") command=$word ;;\n";
  for (const auto& command : commands) {
    if (command.commands.empty()) continue;
    names.clear();
    for (const auto& each : command.commands) {
      names.push_back(Path(command) + ':' + each.name);
    }
    text += "      " + Joined(names, "|") + ") command=$command/$word ;;\n";
  }
  return text;
}

// What may stand where a command begins or an option may.
std::string Words(const CommandOutline& command) {
  std::vector<std::string> words;
  for (const auto& each : command.commands) words.push_back(each.name);
  for (const auto& each : command.options) {
    words.insert(words.end(), each.names.begin(), each.names.end());
  }
  return Joined(words, " ");
}

// What completes the values of an option.
std::string Action(const OptionOutline& option) {
  return "((values >= " + std::to_string(option.max_values) + ")) || words='" +
         Joined(option.choices, " ") +
         (option.takes_files ? "' files=yes" : "'");
}

// The cases of all options with values, those with the same action in one.
std::string ValueCases(const std::vector<CommandOutline>& commands) {
  std::map<std::string, std::vector<std::string>> patterns;
  for (const auto& command : commands) {
    for (const auto& option : command.options) {
      if (option.max_values == 0) continue;
      for (const auto& name : option.names) {
        patterns[Action(option)].push_back(Path(command) + ':' + name);
      }
    }
  }
  std::string text;
  for (const auto& [action, names] : patterns) {
    text += "    " + Joined(names, " | \\\n      ") + ")\n      " + action +
            " ;;\n";
  }
  return text;
}

}  // namespace

std::string BashCompletion(const CommandOutline& program) {
  const std::string function = FunctionName(program);
  const std::vector<CommandOutline> commands = AllCommands(program);
  std::string words;
  for (const auto& command : commands) {
    words += "    " + Path(command) + ") words='" + Words(command) + "' ;;\n";
  }
  return "# Completion for bash, made by: " + program.name +
         " completion bash\n# shellcheck shell=bash\n\n" + function +
         "() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} command='' option='' "
         "values=0\n"
         "  local words files='' word\n"
         "  COMPREPLY=()\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "    case $command:$word in\n" +
         CommandCases(program, commands) +
         "      *:--) return ;;\n"
         "      *:=) ;;\n"
         "      *:-*) option=$word values=0 ;;\n"
         "      *) ((++values)) ;;\n"
         "    esac\n"
         "  done\n"
         "  [[ $current != = ]] || current=''\n"
         "  case $command in\n"
         "    '') words='" +
         Words(program) + "' ;;\n" + words +
         "  esac\n"
         "  case $command:$option in\n" +
         ValueCases(commands) +
         "  esac\n"
         "  if [[ $files ]]; then\n"
         "    compopt -o filenames 2>/dev/null || true\n"
         "    mapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n"
         "  else\n"
         "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- "
         "\"$current\")\n"
         "  fi\n"
         "}\n\n"
         "complete -F " +
         function + ' ' + program.name + '\n';
}

}  // namespace emotion::client
