#pragma once

#include <prometheus/collectable.h>
#include <prometheus/registry.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "server/metrics/batch_metrics.h"
#include "server/metrics/metric_family.h"
#include "server/metrics/model_metrics.h"
#include "server/metrics/process_metrics.h"
#include "server/metrics/request_metrics.h"
#include "server/metrics/rpc_metrics.h"

namespace emotion {

// The queue at one moment.
struct QueueStats {
  // All, and those of them that are bulk.
  std::size_t items = 0;
  std::size_t bulk_items = 0;
  std::size_t tokens = 0;
  // Age of the item that has waited longest; 0 if none waits.
  std::chrono::nanoseconds oldest{0};
};

// What is known when the server starts, before any model is read.
struct MetricsFacts {
  // The most that there can be.
  std::size_t workers = 1;
  std::size_t queue_limit_items = 0;
  // Of all services; constants.
  std::span<const MethodInfo> methods;
  // Of the build.
  std::string version;
  std::string commit;
  std::string compiler;
  std::string libtorch;
};

// A model's part in the traffic at one moment.
struct TrafficStats {
  std::string model;
  std::string version;
  unsigned percent = 0;
  unsigned shadow_percent = 0;
};

// All metrics of the server: implements the libraries' observers and gives the
// whole page at each scrape. Everything known in advance exists from the start
// with value 0; the series of a model come and go with it.
//
// Thread-safe. Must outlive all that reports to it. Each event takes one short
// lock for each histogram it touches.
class PrometheusMetrics final : public prometheus::Collectable {
 public:
  explicit PrometheusMetrics(const MetricsFacts& facts);

  RpcObserver& rpc_observer() { return rpc_; }
  BatchObserver& batch_observer() { return batches_; }
  RequestObserver& request_observer() { return requests_; }

  ModelObserverFactory& model_observers() { return models_; }

  // How many workers run batches; the most that there can be until this is
  // called.
  void SetWorkers(std::size_t workers) { batches_.SetWorkers(workers); }

  // A model that was to be loaded was refused.
  void OnModelLoadRefused() { model_load_failures_.Increment(); }

  // emotion_ready and emotion_draining; both begin as false.
  void SetReady(bool ready);
  void SetDraining(bool draining);

  // Whom to ask about the queue at each scrape; empty: nobody, and the queue's
  // gauges show 0. Waits until a scrape under way has asked, so `stats` is
  // never called after it was replaced: pass {} before the queue goes. `stats`
  // is called under a lock, must be quick, must not throw and must not call
  // this object.
  void WatchQueue(std::function<QueueStats()> stats);

  // Whom to ask about the traffic at each scrape; the same holds for it.
  void WatchTraffic(std::function<std::vector<TrafficStats>()> stats);

  // The page, sorted by nothing in particular.
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  void SampleQueue() const;
  prometheus::MetricFamily SampleTraffic() const;

  prometheus::Registry registry_;
  ProcessMetrics process_;
  RpcMetrics rpc_;
  BatchMetrics batches_;
  RequestMetrics requests_;
  ModelMetrics models_;
  SeriesByLabel<prometheus::Gauge> queue_items_;
  prometheus::Gauge& queue_tokens_;
  prometheus::Gauge& queue_oldest_;
  prometheus::Gauge& ready_;
  prometheus::Gauge& draining_;
  prometheus::Counter& model_load_failures_;

  mutable std::mutex watched_mutex_;
  // Guarded by watched_mutex_.
  std::function<QueueStats()> queue_stats_;
  std::function<std::vector<TrafficStats>()> traffic_stats_;
};

}  // namespace emotion
