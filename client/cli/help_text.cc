#include "client/cli/help_text.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstddef>
#include <sstream>
#include <utility>
#include <vector>

namespace emotion::client {
namespace {

constexpr std::size_t kColumns = 79;
constexpr std::size_t kTextColumn = 28;

// "Classify the last turn." whatever the help ends with.
std::string Sentence(std::string text) {
  if (!text.empty() && !text.ends_with('.')) text += '.';
  return text;
}

// "  --address HOST:PORT" and the text beside it, or below if it is too long.
std::string Entry(const std::string& title, const std::string& text) {
  std::string entry = "  " + title;
  std::size_t column = entry.size();
  if (column + 2 > kTextColumn) column = kColumns;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (column + 1 + word.size() > kColumns) {
      entry += '\n';
      column = 0;
    }
    const std::size_t blanks = column < kTextColumn ? kTextColumn - column : 1;
    entry += std::string(blanks, ' ') + word;
    column += blanks + word.size();
  }
  return entry + '\n';
}

std::string Title(const OptionOutline& option) {
  std::string title;
  for (const auto& name : option.names) {
    title += (title.empty() ? "" : ", ") + name;
  }
  return option.value.empty() ? title : title + ' ' + option.value;
}

std::string Text(const OptionOutline& option) {
  std::string text = Sentence(option.help);
  if (!option.range.empty()) text += " Allowed: " + option.range + '.';
  std::string choices;
  for (const auto& choice : option.choices) {
    choices += (choices.empty() ? " One of: " : ", ") + choice;
  }
  if (!choices.empty()) text += choices + '.';
  if (!option.default_value.empty()) {
    text += " Default: " + option.default_value + '.';
  }
  if (!option.environment.empty()) {
    text += " Environment: " + option.environment + '.';
  }
  return text;
}

// Those that need no word are in the usage.
std::string Positionals(const CommandOutline& command) {
  std::string text;
  for (const auto& each : command.positionals) {
    if (!each.help.empty()) text += Entry(each.names[0], Text(each));
  }
  return text;
}

std::string Options(const CommandOutline& command) {
  std::string text;
  for (const auto& each : command.options)
    text += Entry(Title(each), Text(each));
  return text;
}

// The options under the headings of their groups, in the order of the first of
// each.
std::string GroupedOptions(const CommandOutline& command) {
  std::vector<std::pair<std::string, std::string>> groups;
  for (const auto& option : command.options) {
    const auto same = [&](const auto& each) {
      return each.first == option.group;
    };
    auto group = std::ranges::find_if(groups, same);
    if (group == groups.end()) {
      group = groups.insert(group, {option.group, ""});
    }
    group->second += Entry(Title(option), Text(option));
  }
  std::string text;
  for (const auto& [name, entries] : groups) {
    text.append("\n").append(name).append(":\n").append(entries);
  }
  return text;
}

std::string Usage(const CommandOutline& program,
                  const CommandOutline& command) {
  std::string usage = program.name + ' ' + command.name + " [OPTION]...";
  for (const auto& each : command.positionals) {
    const std::string& name = each.names[0];
    usage += ' ' + (each.required ? name : '[' + name + ']');
  }
  return usage + '\n';
}

std::string Footer(const std::string& footer) {
  if (footer.empty()) return "";
  return '\n' + footer + (footer.ends_with('\n') ? "" : "\n");
}

// The footer of a command within a longer text: its headings are paragraphs,
// not sections.
std::string FooterParagraphs(const std::string& footer) {
  std::string text;
  std::istringstream lines(Footer(footer));
  for (std::string line; std::getline(lines, line);) {
    text += line.ends_with(':') ? "  " + line + "\n\n" : line + '\n';
  }
  return text;
}

std::string Section(const std::string& name) { return "\n*" + name + "*\n\n"; }

// The footer with its headings as those of sections.
std::string FooterSections(const std::string& footer) {
  std::string text;
  std::istringstream lines(footer);
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with(':') && !line.starts_with(' ')) {
      line.pop_back();
      text += Section(line);
    } else if (!line.empty()) {
      text += line + '\n';
    }
  }
  return text;
}

// Of what has commands: its options, its commands with a line each.
std::string GroupHelp(const std::string& words, const std::string& help,
                      const CommandOutline& group) {
  std::string commands;
  for (const auto& each : group.commands) {
    commands += Entry(each.name, Sentence(each.help));
  }
  return help + "\n\nUsage: " + words + " COMMAND [OPTION]...\n\nOptions:\n" +
         Options(group) + "\nCommands:\n" + commands + Footer(group.footer);
}

// What is typed for a command, less the program.
std::string Words(const CLI::App& program, const CLI::App& command) {
  const CLI::App* const parent = command.get_parent();
  if (parent == nullptr || parent == &program) return command.get_name();
  return Words(program, *parent) + ' ' + command.get_name();
}

}  // namespace

std::string ProgramHelp(const CommandOutline& program) {
  return GroupHelp(program.name, program.help, program);
}

std::string CommandHelp(const CommandOutline& program,
                        const CommandOutline& command) {
  if (!command.commands.empty()) {
    return GroupHelp(program.name + ' ' + command.name, Sentence(command.help),
                     command);
  }
  const std::string positionals = Positionals(command);
  return Sentence(command.help) + "\n\nUsage: " + Usage(program, command) +
         (positionals.empty() ? "" : "\nArguments:\n" + positionals) +
         GroupedOptions(command) + Footer(command.footer);
}

std::string CompleteHelp(const CommandOutline& program) {
  std::string usages;
  std::string commands;
  for (const auto& each : AllCommands(program)) {
    if (!each.commands.empty()) continue;
    usages += (usages.empty() ? "Usage: " : "  or:  ") + Usage(program, each);
    commands += (commands.empty() ? "" : "\n") + each.name + ":\n  " +
                Sentence(each.help) + "\n\n" + Positionals(each) +
                Options(each) + FooterParagraphs(each.footer);
  }
  return program.help + "\n\n" + usages + Section("Options") +
         Options(program) + Section("Commands") + commands +
         FooterSections(program.footer);
}

void UseHelpText(CLI::App& app) {
  app.formatter_fn([&app](const CLI::App* asked, const std::string& name,
                          CLI::AppFormatMode mode) {
    const CommandOutline program = Outline(app);
    if (mode == CLI::AppFormatMode::All) return CompleteHelp(program);
    if (asked == &app) return ProgramHelp(program);
    const std::string words = Words(app, *asked);
    for (const auto& command : AllCommands(program)) {
      if (command.name == words) return CommandHelp(program, command);
    }
    return CLI::Formatter().make_help(asked, name, mode);
  });
}

}  // namespace emotion::client
