#include "client/load/load_command.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <csignal>
#include <fstream>
#include <vector>

#include "client/load/html_compare.h"
#include "client/load/html_report.h"
#include "client/load/load_runner.h"
#include "client/load/objective.h"
#include "client/load/result_csv.h"
#include "client/load/result_json.h"
#include "client/load/summary.h"

namespace emotion::load {
namespace {

using client::Console;
using client::ExitCode;

Result<std::vector<LoadResult>> ReadResults(
    const std::vector<std::string>& names) {
  std::vector<LoadResult> results;
  for (const std::string& name : names) {
    std::ifstream file(name, std::ios::binary);
    auto result = FromJson(file, name);
    if (!result.ok()) return result.status();
    results.push_back(*std::move(result));
  }
  return results;
}

bool WriteFile(const Console& console, const std::string& name,
               const std::string& content) {
  std::ofstream file(name, std::ios::binary);
  if (file << content << std::flush) return true;
  console.err << "emotion-client: " << name << ": cannot be written\n";
  return false;
}

bool MetObjective(const LoadFlags& flags, const LoadResult& result) {
  if (!flags.find_rate.empty()) {
    return result.search && result.search->rate > 0;
  }
  if (flags.objective.empty()) return result.counts.ok > 0;
  const auto objective = Objective::Parse(flags.objective);
  return objective.ok() &&
         objective->IsMet({result.response, result.service,
                           result.counts.ErrorShare(),
                           result.counts.LateShare(), result.OkRate()});
}

}  // namespace

LoadCommand::LoadCommand(CLI::App& app)
    : command_(app.add_subcommand(
          "load", "Measure a server under load, or compare results")) {
  AddLoadFlags(*command_, flags_);
  command_->footer(
      "Response time counts from the intended instant, service time from the\n"
      "real send.\n"
      "\n"
      "Examples:\n"
      "  $ emotion-client load --rate 100 --input dev.txt --html report.html\n"
      "  $ emotion-client load --find-rate \"p99<50ms,errors<0.1%\"\n"
      "  $ emotion-client load --compare before.json after.json");
}

ExitCode LoadCommand::Run(const Console& console) const {
  if (!flags_.compare.empty()) return RunCompare(console);
  return flags_.merge.empty() ? RunLoad(console) : RunMerge(console);
}

ExitCode LoadCommand::RunLoad(const Console& console) const {
  std::signal(SIGINT, [](int) { AskLoadToStop(); });
  const auto result = RunLoadFrom(flags_, console, Clock::System());
  std::signal(SIGINT, SIG_DFL);
  if (!result.ok()) {
    client::Complain(console.err, result.status());
    const auto code = result.status().code();
    return code == StatusCode::kInvalidArgument     ? client::kExitUsage
           : client::IsUnreachable(result.status()) ? client::kExitUnreachable
                                                    : client::kExitFailed;
  }
  console.out << Summary(*result) << std::flush;
  if (!WriteFiles(console, *result)) return client::kExitFailed;
  return MetObjective(flags_, *result) ? client::kExitAllAnswered
                                       : client::kExitFailed;
}

ExitCode LoadCommand::RunMerge(const Console& console) const {
  const auto results = ReadResults(flags_.merge);
  if (!results.ok()) {
    client::Complain(console.err, results.status());
    return client::kExitUsage;
  }
  const LoadResult merged = MergeResults(*results);
  console.out << Summary(merged) << std::flush;
  return WriteFiles(console, merged) ? client::kExitAllAnswered
                                     : client::kExitFailed;
}

ExitCode LoadCommand::RunCompare(const Console& console) const {
  const auto results = ReadResults(flags_.compare);
  if (!results.ok()) {
    client::Complain(console.err, results.status());
    return client::kExitUsage;
  }
  console.out << CompareText((*results)[0], (*results)[1]) << std::flush;
  if (flags_.html.empty()) return client::kExitAllAnswered;
  return WriteFile(console, flags_.html,
                   CompareHtml((*results)[0], (*results)[1]))
             ? client::kExitAllAnswered
             : client::kExitFailed;
}

bool LoadCommand::WriteFiles(const Console& console,
                             const LoadResult& result) const {
  bool written = true;
  if (!flags_.json.empty()) {
    written = WriteFile(console, flags_.json, ToJson(result)) && written;
  }
  if (!flags_.csv.empty()) {
    written = WriteFile(console, flags_.csv, ToCsv(result)) && written;
  }
  if (!flags_.html.empty()) {
    written = WriteFile(console, flags_.html, ToHtml(result)) && written;
  }
  return written;
}

}  // namespace emotion::load
