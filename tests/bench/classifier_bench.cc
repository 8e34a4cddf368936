// Dialogues a second of a model package in process, by batch size. The lengths
// are those of chat: drawn, with a fixed seed, from a log-normal distribution
// with the median 20 and the 99th percentile 48 that EmoContext's dialogues
// have. Prints the machine first, and says so if it was not optimised.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "server/inference/manifest.h"
#include "server/inference/torch_classifier.h"
#include "server/main/cpu_plan.h"

namespace emotion {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr std::size_t kBatchSizes[] = {1, 2, 4, 8, 16, 32, 64, 128};
constexpr std::size_t kDialogues = 1024;
constexpr Seconds kTimePerSize{2.0};
constexpr int kRounds = 5;

std::string CpuName() {
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    if (line.rfind("model name", 0) == 0)
      return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

std::vector<Encoding> ChatDialogues(const Manifest& manifest) {
  std::mt19937 random(2019);
  std::lognormal_distribution<double> length(std::log(20.0), 0.376);
  const auto pieces =
      static_cast<std::int32_t>(manifest.tokenizer.vocabulary_size);
  std::uniform_int_distribution<std::int32_t> piece(1, pieces - 1);
  std::vector<Encoding> dialogues(kDialogues);
  for (Encoding& dialogue : dialogues) {
    const double drawn = std::clamp(
        length(random), 5.0, static_cast<double>(manifest.limits.max_tokens));
    dialogue.token_ids.resize(static_cast<std::size_t>(drawn));
    for (std::int32_t& id : dialogue.token_ids) id = piece(random);
    dialogue.segment_ids.assign(dialogue.token_ids.size(), 0);
  }
  return dialogues;
}

// Dialogues a second over one pass of at least `time`.
double Measure(TorchClassifier& classifier,
               const std::vector<Encoding>& dialogues, std::size_t batch_size,
               Seconds time) {
  const auto begin = std::chrono::steady_clock::now();
  std::size_t done = 0;
  Seconds elapsed{0};
  while (elapsed < time) {
    TokenBatch batch;
    for (std::size_t i = 0; i < batch_size; ++i) {
      batch.Add(dialogues[(done + i) % dialogues.size()]);
    }
    if (!classifier.Predict(batch).ok()) return 0;
    done += batch_size;
    elapsed = std::chrono::steady_clock::now() - begin;
  }
  return static_cast<double>(done) / elapsed.count();
}

int Run(const std::string& package, std::size_t threads) {
  const Result<Manifest> manifest = LoadManifest(package);
  if (!manifest.ok()) {
    std::fprintf(stderr, "%s\n", manifest.status().ToString().c_str());
    return 1;
  }
  auto classifier =
      TorchClassifier::Create(package + "/model.fp32.pt", *manifest, threads);
  if (!classifier.ok()) {
    std::fprintf(stderr, "%s\n", classifier.status().ToString().c_str());
    return 1;
  }
#ifndef NDEBUG
  std::puts("WARNING: assertions are on; these figures mean nothing.\n");
#endif
  std::printf("%s, %zu threads, LibTorch %s, %s %s, %s\n\n", CpuName().c_str(),
              threads, TorchClassifier::LibraryVersion().c_str(),
              manifest->name.c_str(), manifest->model_version.c_str(),
              "fp32");
  std::puts("| batch | dialogues/s, median | lowest | highest | ms a batch |");
  std::puts("| ---: | ---: | ---: | ---: | ---: |");
  const std::vector<Encoding> dialogues = ChatDialogues(*manifest);
  for (const std::size_t size : kBatchSizes) {
    Measure(**classifier, dialogues, size, kTimePerSize / 10);
    std::vector<double> rates;
    for (int round = 0; round < kRounds; ++round) {
      rates.push_back(
          Measure(**classifier, dialogues, size, kTimePerSize / kRounds));
    }
    std::sort(rates.begin(), rates.end());
    const double median = rates[rates.size() / 2];
    std::printf("| %zu | %.1f | %.1f | %.1f | %.2f |\n", size, median,
                rates.front(), rates.back(),
                1000 * static_cast<double>(size) / median);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace emotion

int main(int argc, char** argv) {
  std::string package = "build/model";
  std::size_t threads = emotion::UsableCpus();
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--model") == 0) package = argv[i + 1];
    if (std::strcmp(argv[i], "--threads") == 0) {
      threads = std::max<std::size_t>(1, std::stoul(argv[i + 1]));
    }
  }
  return emotion::Run(package, threads);
}
