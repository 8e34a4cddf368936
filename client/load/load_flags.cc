#include "client/load/load_flags.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace emotion::load {
namespace {

void AddTarget(CLI::App& command, LoadFlags& flags) {
  const std::string group = "Target";
  command.add_option("--address", flags.address, "Where the server listens")
      ->envname("EMOTION_ADDRESS")
      ->type_name("HOST:PORT")
      ->capture_default_str()
      ->group(group);
  command
      .add_option("--protocol", flags.protocol,
                  "emotion, or open-inference (KServe v2, Triton)")
      ->check(CLI::IsMember({"emotion", "open-inference"}))
      ->capture_default_str()
      ->group(group);
  const auto text = [&](const std::string& name, std::string& target,
                        const std::string& help, const std::string& type) {
    command.add_option(name, target, "open-inference: " + help)
        ->type_name(type)
        ->capture_default_str()
        ->group(group);
  };
  command
      .add_option("--model-version", flags.model_version,
                  "The version that is to answer; or the server chooses")
      ->type_name("VERSION")
      ->group(group);
  text("--model-name", flags.model_name, "which model, required", "NAME");
  text("--input-tensor", flags.input_tensor, "BYTES [n, 3], a row's turns",
       "NAME");
  text("--join-turns", flags.join_turns,
       "BYTES [n] instead, with this between turns", "TEXT");
  text("--output-tensor", flags.output_tensor,
       "labels as BYTES [n], scores as FP32 [n, labels], or one of them; "
       "found by kind if not given",
       "NAME,...");
  text("--labels", flags.labels, "of the scores, in order", "LABEL,...");
}

void AddTraffic(CLI::App& command, LoadFlags& flags) {
  const std::string group = "Traffic";
  command
      .add_option("--concurrency", flags.concurrency,
                  "Closed loop: this many requests in flight")
      ->check(CLI::Range(1, 100000))
      ->type_name("N")
      ->group(group);
  command.add_option("--rate", flags.rate, "Open loop: requests a second")
      ->check(CLI::PositiveNumber)
      ->type_name("R")
      ->group(group);
  command
      .add_option("--ramp", flags.ramp, "Open loop from one rate to another")
      ->type_name("FROM:TO")
      ->group(group);
  command
      .add_option("--steps", flags.steps,
                  "Open loop at these rates, equally long")
      ->type_name("R1,R2,...")
      ->group(group);
  command
      .add_option("--replay", flags.replay,
                  "Open loop at recorded instants: seconds, one a line")
      ->type_name("FILE")
      ->group(group);
  command.add_option("--speed", flags.speed, "Of --replay")
      ->check(CLI::Range(0.001, 1000.0))
      ->capture_default_str()
      ->group(group);
  command
      .add_option("--arrivals", flags.arrivals,
                  "Gaps of an open loop: constant, poisson or gamma")
      ->check(CLI::IsMember({"constant", "poisson", "gamma"}))
      ->capture_default_str()
      ->group(group);
  command
      .add_option("--gamma-shape", flags.gamma_shape,
                  "Below 1 arrivals come in bursts")
      ->capture_default_str()
      ->group(group);
  command.add_option("--duration", flags.duration, "Of the measured run")
      ->type_name("TIME")
      ->capture_default_str()
      ->group(group);
  command
      .add_option("--warmup", flags.warmup,
                  "Until steady, at most this long; 0s is none")
      ->type_name("TIME")
      ->capture_default_str()
      ->group(group);
  command.add_option("--seed", flags.seed, "Of everything that is drawn")
      ->capture_default_str()
      ->group(group);
}

void AddRequests(CLI::App& command, LoadFlags& flags) {
  const std::string group = "Requests";
  const auto text = [&](const std::string& name, std::string& target,
                        const std::string& help, const std::string& type) {
    command.add_option(name, target, help)
        ->type_name(type)
        ->capture_default_str()
        ->group(group);
  };
  text("--input", flags.input, "Dialogues, with labels to compare, - is stdin",
       "FILE");
  command
      .add_option("--format", flags.format,
                  "Of the input: tsv or jsonl; by its ending if not given")
      ->check(CLI::IsMember({"tsv", "jsonl"}))
      ->group(group);
  command.add_flag("--sample", flags.sample, "Draw dialogues, not in order")
      ->group(group);
  text("--words", flags.words, "Made-up dialogues of this length, for no input",
       "MIN:MAX");
  text("--batch", flags.batch, "Dialogues a request, or 1:90%,8:10%", "MIX");
  text("--deadline", flags.deadline, "5s, or 100ms:20%,5s:80%", "MIX");
  text("--priority-mix", flags.priority_mix,
       "bulk, or interactive:90%,bulk:10%; unsaid if not given", "MIX");
  text("--cancel-share", flags.cancel_share, "Requests cancelled on purpose",
       "SHARE");
  text("--cancel-within", flags.cancel_within, "When, drawn evenly from 0",
       "TIME");
  command.add_option("--connections", flags.connections, "Of their own")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str()
      ->group(group);
  command.add_option("--threads", flags.threads, "That take answers in")
      ->check(CLI::Range(1, 64))
      ->capture_default_str()
      ->group(group);
}

void AddSearchAndOutput(CLI::App& command, LoadFlags& flags) {
  const auto add = [&](const std::string& group, const std::string& name,
                       std::string& target, const std::string& help,
                       const std::string& type) {
    command.add_option(name, target, help)->type_name(type)->group(group);
  };
  const std::string search = "Search";
  add(search, "--find-rate", flags.find_rate,
      "Find the highest rate that meets p99<50ms,errors<0.1%", "OBJECTIVE");
  add(search, "--objective", flags.objective,
      "What makes an answer good, without a search", "OBJECTIVE");
  add(search, "--curve", flags.curve, "Short runs at these rates first",
      "R1,R2,...");
  add(search, "--trial", flags.trial_duration,
      "Length of a run of --find-rate and --curve", "TIME");
  const std::string output = "Output";
  add(output, "--metrics-address", flags.metrics_address,
      "Read the server's metrics beside; :PORT is on its own host",
      "HOST:PORT");
  add(output, "--json", flags.json, "Write the result", "FILE");
  add(output, "--csv", flags.csv, "Write the result", "FILE");
  add(output, "--html", flags.html, "Write a report", "FILE");
  command
      .add_option("--compare", flags.compare,
                  "Compare two results instead of a run")
      ->expected(2)
      ->type_name("JSON JSON")
      ->group(output);
  command
      .add_option("--merge", flags.merge,
                  "Merge results of generators that ran together")
      ->type_name("JSON...")
      ->group(output);
}

}  // namespace

Status BadFlag(const std::string& flag, const std::string& value,
               const std::string& expected) {
  return Status(StatusCode::kInvalidArgument,
                "is \"" + value + "\": expected " + expected)
      .WithField(flag);
}

void AddLoadFlags(CLI::App& command, LoadFlags& flags) {
  AddTarget(command, flags);
  AddTraffic(command, flags);
  AddRequests(command, flags);
  AddSearchAndOutput(command, flags);
}

}  // namespace emotion::load
