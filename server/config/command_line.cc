#include "server/config/command_line.h"

#include <CLI/CLI.hpp>
#include <exception>
#include <utility>
#include <vector>

#include "server/config/option_table.h"

namespace emotion {
namespace {

constexpr std::size_t kHelpColumn = 32;
constexpr char kDescription[] =
    "Classifies the emotion of the last turn of a dialogue, over gRPC.";
constexpr char kFooter[] =
    "Brackets hold the default. Each option can also be set by a variable of\n"
    "the environment (EMOTION_WORKERS for --workers) or, in YAML, in the file "
    "of\n"
    "--config (workers: 2). A flag goes before a variable, a variable before "
    "the\n"
    "file.";

// An option with its CLI11 twin and the text found on the command line.
struct Flag {
  const Option* option;
  CLI::Option* parsed;
  std::string value;
};

std::vector<Flag> Flags() {
  std::vector<Flag> flags;
  for (const Option& option : OptionTable())
    flags.push_back({&option, nullptr, ""});
  return flags;
}

void Declare(CLI::App& app, std::vector<Flag>& flags) {
  const Config defaults;
  for (Flag& flag : flags) {
    const Option& option = *flag.option;
    const std::string description =
        option.help + " [" + option.get(defaults) + "]\n" + option.expected;
    flag.parsed = app.add_option("--" + option.name, flag.value, description);
    flag.parsed->type_name(option.value_name);
  }
}

}  // namespace

Result<CommandLine> ParseCommandLine(std::span<char* const> arguments,
                                     std::string_view version) {
  CommandLine result;
  std::string config_file;
  std::vector<Flag> flags = Flags();
  try {
    CLI::App app(kDescription, "emotion-server");
    app.footer(kFooter);
    app.get_formatter()->column_width(kHelpColumn);
    app.set_version_flag("--version", "emotion-server " + std::string(version),
                         "Print the version and exit");
    const CLI::Option* config =
        app.add_option("--config", config_file,
                       "Read options from this YAML file")
            ->type_name("FILE");
    app.add_flag("--print-config", result.print_config,
                 "Print the configuration in effect as YAML and exit");
    Declare(app, flags);
    try {
      app.parse(static_cast<int>(arguments.size()), arguments.data());
    } catch (const CLI::CallForHelp&) {
      result.text_to_print = app.help();
      return result;
    } catch (const CLI::CallForVersion& text) {
      result.text_to_print = text.what() + std::string("\n");
      return result;
    }
    if (config->count() > 0) result.config_file = config_file;
    for (const Flag& flag : flags) {
      if (flag.parsed->count() == 0) continue;
      result.settings.push_back(
          {flag.option->name, flag.value, "the command line"});
    }
  } catch (const std::exception& error) {
    return Status(StatusCode::kInvalidArgument,
                  std::string(error.what()) + "; see --help");
  }
  return result;
}

}  // namespace emotion
