// emotion-client: asks an emotion server from the command line.

#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdlib>
#include <exception>
#include <iostream>

#include "client/cli/classify_command.h"
#include "client/cli/converse_command.h"
#include "client/cli/describe_command.h"
#include "client/cli/help_text.h"
#include "client/cli/info_command.h"
#include "client/cli/models_command.h"
#include "client/load/load_command.h"

namespace emotion::client {
namespace {

constexpr char kFooter[] =
    "Examples:\n"
    "  $ emotion-client classify \"i lost my dog\" \"oh no\" \"i miss him "
    "so\"\n"
    "  $ emotion-client classify --input dev.txt --output csv > results.csv\n"
    "  $ zcat log.jsonl.gz | emotion-client classify --input - --format jsonl\n"
    "  $ emotion-client converse\n"
    "  $ emotion-client info --json --address emotion.example.org:50051\n"
    "  $ emotion-client models traffic 0.3.0=90,0.4.0=10\n"
    "  $ emotion-client load --rate 100 --input dev.txt --html report.html\n"
    "\n"
    "Environment:\n"
    "  EMOTION_ADDRESS        where the server listens, unless --address says "
    "so\n"
    "  EMOTION_ADMIN_ADDRESS  its admin listener, unless --admin-address "
    "says so\n"
    "  NO_COLOR               if set and not empty, no colours\n"
    "\n"
    "Exit codes:\n"
    "  0  all answered\n"
    "  1  some dialogues failed, or a change of the models did\n"
    "  2  bad usage, or input that cannot be read\n"
    "  3  no answer: the server cannot be reached or is too late\n"
    "  4  the server refused the dialogue, or the change, as invalid\n";

Console TheConsole() {
  Console console{std::cin, std::cout, std::cerr};
  console.in_is_terminal = isatty(STDIN_FILENO) == 1;
  console.out_is_terminal = isatty(STDOUT_FILENO) == 1;
  console.err_is_terminal = isatty(STDERR_FILENO) == 1;
  const char* const no_color = std::getenv("NO_COLOR");
  console.colours =
      console.out_is_terminal && (no_color == nullptr || no_color[0] == '\0');
  return console;
}

int Main(int argc, char** argv) {
  CLI::App app("Classifies the emotion of the last turn of a dialogue.",
               "emotion-client");
  app.set_version_flag("--version", "emotion-client " EMOTION_VERSION,
                       "Print the version and exit");
  app.set_help_all_flag("--help-all",
                        "Print the help of every command and exit");
  app.require_subcommand(1);
  app.footer(kFooter);
  UseHelpText(app);
  ClassifyCommand classify(app);
  ConverseCommand converse(app);
  InfoCommand info(app);
  ModelsCommand models(app);
  load::LoadCommand load(app);
  DescribeCommand describe(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitAllAnswered : kExitUsage;
  }
  const Console console = TheConsole();
  if (describe.chosen()) return describe.Run(console);
  if (converse.chosen()) return converse.Run(console);
  if (load.chosen()) return load.Run(console);
  if (models.chosen()) return models.Run(console);
  return info.chosen() ? info.Run(console) : classify.Run(console);
}

}  // namespace
}  // namespace emotion::client

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  // The library's own complaints would stand between ours; who wants them
  // still can have them.
  setenv("GRPC_VERBOSITY", "NONE", 0);
  try {
    return emotion::client::Main(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "emotion-client: " << error.what() << '\n';
    return emotion::client::kExitFailed;
  }
}
