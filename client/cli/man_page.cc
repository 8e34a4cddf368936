#include "client/cli/man_page.h"

#include <cctype>
#include <sstream>
#include <string_view>

namespace emotion::client {
namespace {

// A hyphen would become a dash, and a dot or quote at the beginning of a line
// a request.
std::string Text(std::string_view text) {
  std::string roff;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = i == 0 || text[i - 1] == '\n';
    if (begins && (text[i] == '.' || text[i] == '\'')) roff += "\\&";
    if (text[i] == '\\') {
      roff += "\\e";
    } else {
      roff += text[i] == '-' ? "\\-" : std::string(1, text[i]);
    }
  }
  return roff;
}

std::string Bold(std::string_view text) { return "\\fB" + Text(text) + "\\fR"; }
std::string Italic(std::string_view text) {
  return "\\fI" + Text(text) + "\\fR";
}

std::string UpperCase(std::string text) {
  for (char& c : text) {
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return text;
}

// "Classify the last turn." whatever the help ends with.
std::string Sentence(std::string text) {
  if (!text.empty() && !text.ends_with('.')) text += '.';
  return text;
}

std::string Verbatim(const std::string& text) {
  return ".nf\n" + Text(text) + (text.ends_with('\n') ? "" : "\n") + ".fi\n";
}

std::string Entry(const OptionOutline& option) {
  std::string title;
  for (const auto& name : option.names) {
    title += (title.empty() ? "" : ", ") +
             (name.starts_with('-') ? Bold(name) : Italic(name));
  }
  const bool named = option.names[0].starts_with('-');
  if (named && !option.value.empty()) title += ' ' + Italic(option.value);
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
  return ".TP\n" + title + '\n' + Text(text) + '\n';
}

std::string Entries(const CommandOutline& command) {
  std::string text;
  for (const auto& each : command.positionals) {
    if (!each.help.empty()) text += Entry(each);
  }
  for (const auto& each : command.options) text += Entry(each);
  return text;
}

std::string Synopsis(const CommandOutline& program,
                     const CommandOutline& command) {
  std::string line = Bold(program.name) + ' ' + Bold(command.name) + " [" +
                     Italic("OPTION") + "]...";
  for (const auto& each : command.positionals) {
    line += " [" + Italic(each.names[0]) + ']';
  }
  return line;
}

std::string FooterSections(const std::string& footer) {
  std::string text;
  std::string body;
  const auto end_section = [&] {
    if (!body.empty()) text += Verbatim(body);
    body.clear();
  };
  std::istringstream lines(footer);
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with(':') && !line.starts_with(' ')) {
      end_section();
      line.pop_back();
      text += ".SH " + UpperCase(line) + '\n';
    } else if (!line.empty()) {
      body += line.substr(line.starts_with("  ") ? 2 : 0) + '\n';
    }
  }
  end_section();
  return text;
}

}  // namespace

std::string ManPage(const CommandOutline& program) {
  std::string what = program.help;
  if (what.ends_with('.')) what.pop_back();
  if (!what.empty()) {
    what[0] =
        static_cast<char>(std::tolower(static_cast<unsigned char>(what[0])));
  }
  std::string page = ".\\\" Made by: " + program.name + " man\n.TH " +
                     Text(UpperCase(program.name)) + " 1 \"\" \"" +
                     program.version + "\"\n.SH NAME\n" + Text(program.name) +
                     " \\- " + Text(what) + "\n.SH SYNOPSIS\n.nf\n";
  for (const auto& command : program.commands) {
    page += Synopsis(program, command) + '\n';
  }
  page += ".fi\n.SH OPTIONS\n" + Entries(program) + ".SH COMMANDS\n";
  for (const auto& command : program.commands) {
    page += ".SS " + Text(command.name) + '\n' + Text(Sentence(command.help)) +
            '\n' + Entries(command);
    if (!command.footer.empty()) page += ".PP\n" + Verbatim(command.footer);
  }
  return page + FooterSections(program.footer);
}

}  // namespace emotion::client
