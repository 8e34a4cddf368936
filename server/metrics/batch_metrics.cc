#include "server/metrics/batch_metrics.h"

#include <iterator>
#include <string>
#include <vector>

#include "server/metrics/metric_names.h"
#include "server/metrics/seconds.h"

namespace emotion {
namespace {

namespace names = metric_names;

std::vector<std::string> Numbers(std::size_t count) {
  std::vector<std::string> numbers;
  for (std::size_t i = 0; i < count; ++i) numbers.push_back(std::to_string(i));
  return numbers;
}

}  // namespace

BatchMetrics::BatchMetrics(prometheus::Registry& registry,
                           std::size_t most_workers)
    : items_(AddSeries(registry, names::kBatchItems)),
      tokens_(AddSeries(registry, names::kBatchTokens)),
      batches_(registry, names::kBatches),
      assembly_(AddSeries(registry, names::kAssemblyTime)),
      workers_(AddSeries(registry, names::kInstances)),
      workers_busy_(AddSeries(registry, names::kInstancesBusy)),
      busy_seconds_(registry, names::kInstanceBusyTime, Numbers(most_workers),
                    {}) {
  SetWorkers(most_workers);
}

void BatchMetrics::SetWorkers(std::size_t workers) {
  workers_.Set(static_cast<double>(workers));
}

void BatchMetrics::OnBatchFormed(std::size_t items, std::size_t tokens,
                                 BatchReason reason,
                                 std::chrono::nanoseconds assembly) {
  items_.Observe(static_cast<double>(items));
  tokens_.Observe(static_cast<double>(tokens));
  batches_.At(static_cast<std::size_t>(reason)).Increment();
  assembly_.Observe(Seconds(assembly));
}

void BatchMetrics::OnWorkerBusy(std::size_t worker) {
  if (worker < busy_seconds_.size()) workers_busy_.Increment();
}

void BatchMetrics::OnWorkerIdle(std::size_t worker,
                                std::chrono::nanoseconds busy) {
  if (worker >= busy_seconds_.size()) return;
  workers_busy_.Decrement();
  busy_seconds_.At(worker).Increment(Seconds(busy));
}

}  // namespace emotion
