#include "server/main/parallelism_plan.h"

#include <algorithm>
#include <vector>

#include "server/inference/token_batch.h"

namespace emotion {
namespace {

// A dialogue is split among at most as many threads as the model has heads.
constexpr std::size_t kThreads[] = {1, 2, 4};
constexpr std::size_t kBatchSizes[] = {1, 4, 16, 32};
constexpr double kGoodEnough = 0.9;
constexpr int kMostRuns = 5;

struct Measurement {
  std::size_t threads = 1;
  std::vector<CostSample> samples;

  // Items a second of one worker with its largest batch.
  double rate() const {
    const CostSample& largest = samples.back();
    const double seconds = std::chrono::duration<double>(largest.time).count();
    return seconds > 0 ? static_cast<double>(largest.items) / seconds : 0;
  }
};

// The shortest of a few runs: whatever else happens on the machine can only
// make a run longer.
CostSample MeasureBatch(Classifier& classifier, std::size_t size,
                        std::span<const Encoding> dialogues, Clock& clock,
                        Clock::Duration budget) {
  TokenBatch batch;
  for (std::size_t i = 0; i < size; ++i) {
    batch.Add(dialogues[i % dialogues.size()]);
  }
  CostSample sample{size, batch.tokens(), Clock::Duration::max()};
  const Clock::TimePoint end = clock.Now() + budget;
  for (int run = 0; run < kMostRuns; ++run) {
    const Clock::TimePoint begin = clock.Now();
    if (!classifier.Predict(batch).ok()) break;
    sample.time = std::min(sample.time, clock.Now() - begin);
    if (clock.Now() >= end) break;
  }
  return sample;
}

std::vector<std::size_t> Candidates(std::size_t cpus,
                                    ParallelismOptions overrides) {
  if (overrides.threads > 0) return {overrides.threads};
  const std::size_t most = std::max<std::size_t>(
      1, cpus / std::max<std::size_t>(1, overrides.workers));
  std::vector<std::size_t> candidates;
  for (const std::size_t threads : kThreads) {
    if (threads <= most) candidates.push_back(threads);
  }
  if (overrides.workers > 0) candidates = {candidates.back()};
  return candidates;
}

std::size_t Workers(std::size_t cpus, ParallelismOptions overrides,
                    std::size_t threads) {
  if (overrides.workers > 0) return overrides.workers;
  return std::max<std::size_t>(1, cpus / threads);
}

std::vector<CostSample> MeasureBatches(Classifier& classifier,
                                       std::span<const Encoding> dialogues,
                                       Clock& clock, Clock::Duration budget) {
  const auto each = budget / static_cast<int>(std::size(kBatchSizes));
  std::vector<CostSample> samples;
  for (const std::size_t size : kBatchSizes) {
    samples.push_back(MeasureBatch(classifier, size, dialogues, clock, each));
  }
  return samples;
}

}  // namespace

// Each candidate is measured alone, one worker at a time, and its rate taken
// times its number of workers. That flatters many workers where memory
// bandwidth is what they share; kGoodEnough leans the other way, to fewer and
// wider ones.
ParallelismPlan PlanParallelism(
    std::size_t cpus, ParallelismOptions overrides, Classifier& classifier,
    const std::function<void(std::size_t)>& set_threads,
    std::span<const Encoding> dialogues, Clock& clock, Clock::Duration budget) {
  const std::vector<std::size_t> candidates = Candidates(cpus, overrides);
  const auto each = budget / static_cast<int>(candidates.size());
  std::vector<Measurement> measurements;
  double best = 0;
  const auto total = [&](const Measurement& measurement) {
    return measurement.rate() *
           static_cast<double>(Workers(cpus, overrides, measurement.threads));
  };
  for (const std::size_t threads : candidates) {
    set_threads(threads);
    measurements.push_back(
        {.threads = threads,
         .samples = MeasureBatches(classifier, dialogues, clock, each)});
    best = std::max(best, total(measurements.back()));
  }
  const auto chosen = std::find_if(
      measurements.rbegin(), measurements.rend(),
      [&](const Measurement& m) { return total(m) >= kGoodEnough * best; });
  set_threads(chosen->threads);
  return {.workers = Workers(cpus, overrides, chosen->threads),
          .threads = chosen->threads,
          .cost = FitCostModel(chosen->samples)};
}

CostModel MeasureCost(Classifier& classifier,
                      std::span<const Encoding> dialogues, Clock& clock,
                      Clock::Duration budget) {
  return FitCostModel(MeasureBatches(classifier, dialogues, clock, budget));
}

}  // namespace emotion
