#include "server/metrics/prometheus_metrics.h"

#include <iterator>
#include <utility>

#include "common/priority.h"
#include "server/metrics/metric_family.h"
#include "server/metrics/metric_names.h"
#include "server/metrics/seconds.h"

namespace emotion {

namespace names = metric_names;

PrometheusMetrics::PrometheusMetrics(const MetricsFacts& facts)
    : rpc_(registry_, facts.methods),
      batches_(registry_, facts.workers),
      requests_(registry_),
      models_(registry_, "libtorch " + facts.libtorch),
      queue_items_(registry_, names::kQueueItems),
      queue_tokens_(AddSeries(registry_, names::kQueueTokens)),
      queue_oldest_(AddSeries(registry_, names::kQueueOldest)),
      ready_(AddSeries(registry_, names::kReady)),
      draining_(AddSeries(registry_, names::kDraining)),
      model_load_failures_(AddSeries(registry_, names::kModelLoadFailures)) {
  AddSeries(registry_, names::kQueueLimit)
      .Set(static_cast<double>(facts.queue_limit_items));
  const std::string build[] = {facts.version, facts.commit, facts.compiler,
                               facts.libtorch};
  AddInfo(registry_, names::kBuildInfo, build);
}

void PrometheusMetrics::SetReady(bool ready) { ready_.Set(ready ? 1 : 0); }

void PrometheusMetrics::SetDraining(bool draining) {
  draining_.Set(draining ? 1 : 0);
}

void PrometheusMetrics::WatchQueue(std::function<QueueStats()> stats) {
  const std::lock_guard lock(watched_mutex_);
  queue_stats_ = std::move(stats);
}

void PrometheusMetrics::WatchTraffic(
    std::function<std::vector<TrafficStats>()> stats) {
  const std::lock_guard lock(watched_mutex_);
  traffic_stats_ = std::move(stats);
}

// Made at each scrape, since its series are those of the moment.
prometheus::MetricFamily PrometheusMetrics::SampleTraffic() const {
  prometheus::MetricFamily family;
  family.name = names::kModelTraffic.name;
  family.help = names::kModelTraffic.help;
  family.type = prometheus::MetricType::Gauge;
  const std::lock_guard lock(watched_mutex_);
  if (!traffic_stats_) return family;
  for (const TrafficStats& stats : traffic_stats_()) {
    for (const bool shadow : {false, true}) {
      prometheus::ClientMetric metric;
      metric.label = {{"model", stats.model},
                      {"role", shadow ? "shadow" : "serving"},
                      {"version", stats.version}};
      metric.gauge.value = shadow ? stats.shadow_percent : stats.percent;
      family.metric.push_back(std::move(metric));
    }
  }
  return family;
}

void PrometheusMetrics::SampleQueue() const {
  const std::lock_guard lock(watched_mutex_);
  const QueueStats stats = queue_stats_ ? queue_stats_() : QueueStats();
  const auto set = [this](Priority priority, std::size_t items) {
    queue_items_.At(static_cast<std::size_t>(priority))
        .Set(static_cast<double>(items));
  };
  set(Priority::kInteractive, stats.items - stats.bulk_items);
  set(Priority::kBulk, stats.bulk_items);
  queue_tokens_.Set(static_cast<double>(stats.tokens));
  queue_oldest_.Set(Seconds(stats.oldest));
}

std::vector<prometheus::MetricFamily> PrometheusMetrics::Collect() const {
  SampleQueue();
  auto families = registry_.Collect();
  families.push_back(SampleTraffic());
  auto process = process_.Collect();
  families.insert(families.end(), std::make_move_iterator(process.begin()),
                  std::make_move_iterator(process.end()));
  return families;
}

}  // namespace emotion
