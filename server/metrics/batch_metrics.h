#pragma once

#include <prometheus/registry.h>

#include <chrono>
#include <cstddef>

#include "server/batching/batch_observer.h"
#include "server/metrics/metric_family.h"

namespace emotion {

// Counts batches as they leave the queue and how busy the workers are.
// Thread-safe; never waits but for prometheus-cpp's own short locks.
class BatchMetrics final : public BatchObserver {
 public:
  // `most_workers` is how many may report; the labels are "0" to "N-1". Events
  // of a worker beyond that are not counted. REQUIRES: `registry` outlives
  // this.
  BatchMetrics(prometheus::Registry& registry, std::size_t most_workers);

  // How many there are; as many as there may be until this is called.
  void SetWorkers(std::size_t workers);

  void OnBatchFormed(std::size_t items, std::size_t tokens, BatchReason reason,
                     std::chrono::nanoseconds assembly) override;
  void OnWorkerBusy(std::size_t worker) override;
  void OnWorkerIdle(std::size_t worker, std::chrono::nanoseconds busy) override;

 private:
  prometheus::Histogram& items_;
  prometheus::Histogram& tokens_;
  SeriesByLabel<prometheus::Counter> batches_;
  prometheus::Histogram& assembly_;
  prometheus::Gauge& workers_;
  prometheus::Gauge& workers_busy_;
  SeriesByLabel<prometheus::Counter> busy_seconds_;
};

}  // namespace emotion
