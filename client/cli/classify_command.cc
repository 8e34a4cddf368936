#include "client/cli/classify_command.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

#include "client/cli/await.h"
#include "client/cli/classify_many.h"
#include "client/cli/dialogue_reader.h"
#include "client/cli/progress.h"
#include "client/cli/single_view.h"

namespace emotion::client {
namespace {

ExitCode BadUsage(const Console& console, const std::string& sentence) {
  console.err << "emotion-client: " << sentence
              << "; see emotion-client classify --help\n";
  return kExitUsage;
}

// Nothing for a pipe and for what is no plain file.
std::optional<std::uint64_t> SizeOf(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) return std::nullopt;
  return size;
}

ExitCode Flushed(const Console& console, ExitCode code) {
  if (console.out.flush()) return code;
  console.err << "emotion-client: the output cannot be written\n";
  return kExitFailed;
}

}  // namespace

ClassifyCommand::ClassifyCommand(CLI::App& app)
    : command_(app.add_subcommand(
          "classify", "Classify the last turn of a dialogue, or of many")) {
  for (std::size_t i = 0; i < turns_.size(); ++i) {
    const std::string name = "turn" + std::to_string(i + 1);
    turn_options_[i] = command_->add_option(
        name, turns_[i], i == 0 ? "The dialogue, oldest turn first" : "");
  }
  AddConnectionFlags(*command_, connection_);
  AddModelFlags(*command_, model_);
  command_->add_option("--input", input_, "File of dialogues, - is stdin")
      ->type_name("FILE");
  command_
      ->add_option("--format", input_format_,
                   "Of the input: tsv or jsonl; by its ending if not given")
      ->check(CLI::IsMember({"tsv", "jsonl"}))
      ->type_name("FORMAT");
  command_
      ->add_option("--output", output_, "Of the results: table, jsonl or csv")
      ->check(CLI::IsMember({"table", "jsonl", "csv"}))
      ->type_name("FORMAT");
  command_
      ->add_option("--in-flight", in_flight_, "Dialogues at once, from a file")
      ->check(CLI::Range(1, 1024))
      ->type_name("N")
      ->capture_default_str();
  command_->add_option("--request-id", request_id_,
                       "Sent along as x-request-id");
  command_->add_flag("--timings", timings_, "Show where the time went");
  command_->footer(
      "Put -- before turns that begin with a dash.\n"
      "\n"
      "Tab-separated input: one to three turns a line, or EmoContext's "
      "columns\n"
      "id, turn1, turn2, turn3 and perhaps label, with or without a header.\n"
      "\n"
      "JSON lines: {\"turns\": [\"...\"], \"id\": \"optional\"}.");
}

ExitCode ClassifyCommand::Run(const Console& console) const {
  const bool has_turns = turn_options_[0]->count() > 0;
  if (has_turns == !input_.empty()) {
    return BadUsage(console, has_turns
                                 ? "turns and --input were both given"
                                 : "neither turns nor --input were given");
  }
  auto client = Connect(connection_);
  if (!client.ok()) {
    Complain(console.err, client.status());
    return kExitUsage;
  }
  return has_turns ? RunOne(console, **client) : RunMany(console, **client);
}

Turns ClassifyCommand::GivenTurns() const {
  Turns turns;
  for (std::size_t i = 0; i < turns_.size(); ++i) {
    if (turn_options_[i]->count() > 0) turns.push_back(turns_[i]);
  }
  return turns;
}

ExitCode ClassifyCommand::RunOne(const Console& console, Client& client) const {
  const Turns turns = GivenTurns();
  const auto result = Await<Classification>(
      [&](auto done) { client.Classify(turns, Call(), std::move(done)); });
  if (!result.ok()) {
    Complain(console.err, result.status());
    return ExitCodeFor(result.status());
  }
  if (!output_.empty()) {
    std::vector<std::string> labels;
    for (const auto& each : result->probabilities) labels.push_back(each.label);
    ResultWriter::Make(Writing(std::move(labels), console.colours), console.out)
        ->Write({.id = {}, .turns = turns}, result);
  } else if (console.out_is_terminal) {
    console.out << TerminalView(*result, console.colours);
  } else {
    console.out << PlainView(*result);
  }
  return Flushed(console, kExitAllAnswered);
}

ExitCode ClassifyCommand::RunMany(const Console& console,
                                  Client& client) const {
  if (input_ == "-") return ClassifyAll(console, client, console.in);
  std::ifstream file(input_, std::ios::binary);
  if (!file) {
    return BadUsage(console, input_ + ": cannot be opened: expected a file");
  }
  return ClassifyAll(console, client, file);
}

ExitCode ClassifyCommand::ClassifyAll(const Console& console, Client& client,
                                      std::istream& in) const {
  const Result<ModelInfo> info = Await<ModelInfo>(
      [&](auto done) { client.GetModelInfo({}, std::move(done)); });
  if (!info.ok()) {
    Complain(console.err, info.status());
    return ExitCodeFor(info.status());
  }
  const InputFormat format = input_format_.empty()    ? GuessInputFormat(input_)
                             : input_format_ == "tsv" ? InputFormat::kTsv
                                                      : InputFormat::kJsonl;
  DialogueReader reader(in, input_ == "-" ? "stdin" : input_, format);
  auto writer = ResultWriter::Make(
      Writing(LabelsOf(*info, model_), console.colours), console.out);
  Progress progress(console.err_is_terminal ? &console.err : nullptr);
  const auto total = SizeOf(input_);
  const ManyOutcome outcome = ClassifyMany(
      client, reader, *writer,
      {.in_flight = static_cast<std::size_t>(in_flight_), .call = Call()},
      [&](RunState state) {
        state.bytes_total = total;
        progress.Show(state);
      },
      Clock::System());
  progress.Clear();
  console.out.flush();
  console.err << Summary(outcome) << '\n';
  if (!outcome.stopped.ok()) {
    Complain(console.err, outcome.stopped);
    return IsUnreachable(outcome.stopped) ? kExitUnreachable : kExitUsage;
  }
  return Flushed(console, outcome.failed == 0 ? kExitAllAnswered : kExitFailed);
}

WriterOptions ClassifyCommand::Writing(std::vector<std::string> labels,
                                       bool colours) const {
  return {.format = output_ == "jsonl" ? OutputFormat::kJsonl
                    : output_ == "csv" ? OutputFormat::kCsv
                                       : OutputFormat::kTable,
          .labels = std::move(labels),
          .timings = timings_,
          .colours = colours};
}

CallOptions ClassifyCommand::Call() const {
  CallOptions call{.request_id = request_id_, .include_timings = timings_};
  Apply(model_, call);
  return call;
}

}  // namespace emotion::client
