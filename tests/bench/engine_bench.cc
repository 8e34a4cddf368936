// The engine in process against the roof of the machine; see ./dev bench
// --help.

#include <CLI/CLI.hpp>
#include <chrono>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "server/inference/manifest.h"
#include "server/inference/torch_classifier.h"
#include "server/kernels/dispatch.h"
#include "server/main/cpu_plan.h"
#include "tests/bench/bench_dialogues.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/linear_comparison.h"
#include "tests/bench/operator_times.h"
#include "tests/bench/roof.h"

namespace emotion::bench {
namespace {

using kernels::Precision;
using nlohmann::json;

// Multiplications and additions of a layer's linears for one token in the
// default model's widths; two operations each. In the last layer less is done,
// which the figures leave out of account.
constexpr double kGigaOperations = 2 * 835'584 / 1e9;

struct Settings {
  std::string model = "build/model";
  std::string input;
  std::string json_file;
  // The package does not say.
  std::size_t layers = 24;
  std::vector<std::size_t> batches = {1, 2, 4, 8, 16, 32, 64, 128};
  std::vector<std::size_t> threads;
  std::vector<std::string> precisions = {"fp32", "bf16", "int8"};
  std::size_t rounds = 5;
  double seconds = 0.3;
};

struct Contestant {
  Precision precision;
  std::unique_ptr<TorchClassifier> classifier;
};

struct Rates {
  double dialogues_per_second = 0;
  double giga_operations_per_second = 0;
};

Rates Measure(TorchClassifier& classifier,
              const std::vector<Encoding>& dialogues, std::size_t batch_size,
              const Settings& settings) {
  const auto begin = std::chrono::steady_clock::now();
  std::size_t done = 0;
  std::size_t tokens = 0;
  double elapsed = 0;
  while (elapsed < settings.seconds) {
    TokenBatch batch;
    for (std::size_t i = 0; i < batch_size; ++i) {
      batch.Add(dialogues[(done + i) % dialogues.size()]);
    }
    if (!classifier.Predict(batch).ok()) return {};
    done += batch_size;
    tokens += batch.tokens();
    elapsed =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
            .count();
  }
  return {static_cast<double>(done) / elapsed,
          static_cast<double>(tokens * settings.layers) * kGigaOperations /
              elapsed};
}

class Bench {
 public:
  Bench(Settings settings, std::vector<Encoding> dialogues,
        std::vector<Contestant> contestants)
      : settings_(std::move(settings)),
        dialogues_(std::move(dialogues)),
        contestants_(std::move(contestants)) {}

  json Run(const Manifest& manifest) {
    result_["machine"] = DescribeMachine();
    result_["libtorch"] = TorchClassifier::LibraryVersion();
    result_["model"] = manifest.name + " " + manifest.model_version;
    result_["input"] = settings_.input.empty() ? "made up" : "file";
    result_["dialogues"] = dialogues_.size();
    for (const auto& [name, value] : result_["machine"].items()) {
      std::cout << name << ": " << value << '\n';
    }
    for (const std::size_t threads : settings_.threads) RunThreads(threads);
    RunOperators(manifest);
    result_["int8_linears"] =
        CompareInt8Linears(Sample(), manifest.tokenizer.vocabulary_size,
                           settings_.rounds, settings_.seconds);
    return std::move(result_);
  }

 private:
  // All precisions and sizes once a round, so that a slow moment of the machine
  // meets all alike; the roof is measured in each round beside them.
  void RunThreads(std::size_t threads) {
    TorchClassifier::SetThreads(threads);
    const std::size_t count = contestants_.size();
    const std::size_t sizes = settings_.batches.size();
    std::vector<std::vector<double>> roofs(count);
    std::vector<std::vector<double>> rates(count * sizes);
    std::vector<std::vector<double>> shares(count * sizes);
    for (std::size_t round = 0; round <= settings_.rounds; ++round) {
      for (std::size_t c = 0; c < count; ++c) {
        const Contestant& contestant = contestants_[c];
        const double roof =
            MeasureRoof(contestant.precision, threads, settings_.seconds / 2);
        for (std::size_t s = 0; s < sizes; ++s) {
          const Rates measured = Measure(*contestant.classifier, dialogues_,
                                         settings_.batches[s], settings_);
          if (round == 0) continue;  // Warm-up.
          rates[c * sizes + s].push_back(measured.dialogues_per_second);
          if (roof > 0) {
            shares[c * sizes + s].push_back(
                measured.giga_operations_per_second / roof);
          }
        }
        if (round > 0) roofs[c].push_back(roof);
      }
    }
    std::vector<std::vector<std::string>> table;
    for (std::size_t c = 0; c < count; ++c) {
      for (std::size_t s = 0; s < sizes; ++s) {
        Report(threads, contestants_[c], settings_.batches[s],
               SpreadOf(roofs[c]), rates[c * sizes + s], shares[c * sizes + s],
               table);
      }
    }
    std::cout << "\n## " << threads << " thread(s)\n\n"
              << MarkdownTable(
                     {"precision", "batch", "dialogues/s", "lowest", "highest",
                      "ms a batch", "roof, Gop/s", "share of the roof"},
                     table)
              << std::flush;
  }

  void Report(std::size_t threads, const Contestant& contestant,
              std::size_t batch, const Spread& roof, std::vector<double> rates,
              std::vector<double> shares,
              std::vector<std::vector<std::string>>& table) {
    const std::string precision(PrecisionName(contestant.precision));
    const Spread rate = SpreadOf(std::move(rates));
    const double milliseconds = 1000 * static_cast<double>(batch) / rate.median;
    json entry = {{"threads", threads},
                  {"precision", precision},
                  {"batch", batch},
                  {"dialogues_per_second", ToJson(rate)},
                  {"milliseconds", milliseconds},
                  {"roof_gops", ToJson(roof)}};
    std::string share = "unknown";
    if (!shares.empty()) {
      const Spread of_roof = SpreadOf(std::move(shares));
      entry["share_of_roof"] = ToJson(of_roof);
      share = Fixed(100 * of_roof.median, 0) + " % (" +
              Fixed(100 * of_roof.lowest, 0) + " to " +
              Fixed(100 * of_roof.highest, 0) + ")";
    }
    result_["engine"].push_back(entry);
    table.push_back({precision, std::to_string(batch), Fixed(rate.median, 0),
                     Fixed(rate.lowest, 0), Fixed(rate.highest, 0),
                     Fixed(milliseconds, 2), Fixed(roof.median, 0), share});
  }

  std::span<const Encoding> Sample() const {
    return std::span(dialogues_)
        .first(std::min<std::size_t>(dialogues_.size(), 256));
  }

  void RunOperators(const Manifest& manifest) {
    std::vector<std::vector<std::string>> table;
    for (const Contestant& contestant : contestants_) {
      const std::string name(PrecisionName(contestant.precision));
      for (const auto& [part, share] :
           MeasureOperators(contestant.precision, Sample(), 32,
                            manifest.tokenizer.vocabulary_size)
               .parts) {
        result_["operators"].push_back(
            {{"precision", name}, {"part", part}, {"share", share}});
        table.push_back({name, part, Fixed(100 * share, 1) + " %"});
      }
    }
    std::cout << "\n## Where the time goes (one thread, batches of 32)\n\n"
              << MarkdownTable({"precision", "part", "share"}, table);
  }

  const Settings settings_;
  const std::vector<Encoding> dialogues_;
  const std::vector<Contestant> contestants_;
  json result_;
};

Result<std::vector<Contestant>> Load(const Settings& settings,
                                     const Manifest& manifest) {
  std::vector<Contestant> contestants;
  for (const Precision precision :
       {Precision::kFp32, Precision::kBf16, Precision::kInt8}) {
    const std::string name(PrecisionName(precision));
    const auto& wanted = settings.precisions;
    if (std::find(wanted.begin(), wanted.end(), name) == wanted.end() ||
        !manifest.precisions.contains(name)) {
      continue;
    }
    const std::string& file = manifest.precisions.at(name).file;
    if (Status status = VerifyFile(settings.model, manifest, file);
        !status.ok()) {
      return status;
    }
    auto classifier = TorchClassifier::Create(
        std::filesystem::path(settings.model) / file, manifest);
    if (!classifier.ok()) return std::move(classifier).status();
    contestants.push_back({precision, *std::move(classifier)});
  }
  return contestants;
}

Status Main(const Settings& settings) {
  const Result<Manifest> manifest = LoadManifest(settings.model);
  if (!manifest.ok()) return manifest.status();
  Result<std::vector<Encoding>> dialogues = MadeUpDialogues(*manifest, 1024);
  if (!settings.input.empty()) {
    dialogues = DialoguesOf(settings.input, settings.model, *manifest);
    if (!dialogues.ok()) return dialogues.status();
  }
  auto contestants = Load(settings, *manifest);
  if (!contestants.ok()) return contestants.status();
  const json result =
      Bench(settings, *std::move(dialogues), *std::move(contestants))
          .Run(*manifest);
  if (settings.json_file.empty()) return Status();
  std::ofstream file(settings.json_file);
  file << result.dump(1) << '\n';
  return file.flush() ? Status()
                      : Status(StatusCode::kInvalidArgument,
                               settings.json_file + ": cannot be written");
}

}  // namespace
}  // namespace emotion::bench

int main(int argc, char** argv) {
  emotion::bench::Settings settings;
  for (std::size_t n = 1; n <= emotion::UsableCpus(); n *= 2) {
    settings.threads.push_back(n);
  }
  CLI::App app("Measures the engine in process, beside the machine's roof.");
  app.add_option("--model", settings.model, "Model package");
  app.add_option("--input", settings.input, "Dialogues, in arrival order");
  app.add_option("--json", settings.json_file, "Where to write the figures");
  app.add_option("--layers", settings.layers,
                 "Of the model, for its share of the roof");
  app.add_option("--batches", settings.batches, "Dialogues a batch")
      ->delimiter(',');
  app.add_option("--threads", settings.threads, "Threads")->delimiter(',');
  app.add_option("--precisions", settings.precisions, "fp32, bf16, int8")
      ->delimiter(',');
  app.add_option("--rounds", settings.rounds, "Rounds after a warm-up")
      ->check(CLI::Range(1, 1000));
  app.add_option("--seconds", settings.seconds, "For each figure and round")
      ->check(CLI::Range(0.001, 60.0));
  CLI11_PARSE(app, argc, argv);
  const emotion::Status status = emotion::bench::Main(settings);
  if (status.ok()) return 0;
  std::cerr << "emotion-bench: " << status.ToString() << '\n';
  return 1;
}
