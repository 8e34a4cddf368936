#pragma once

#include <memory>
#include <vector>

#include "server/metrics/metrics_server.h"
#include "server/metrics/prometheus_metrics.h"
#include "tests/support/http_get.h"

namespace emotion {

// Those of the server's public service.
inline constexpr MethodInfo kMethods[] = {
    {.path = "/emotion.v1.EmotionService/Classify"},
    {.path = "/emotion.v1.EmotionService/ClassifyBatch"},
    {.path = "/emotion.v1.EmotionService/GetModelInfo"},
};

// Metrics as they are once a model is loaded, and with it what it reports.
struct LoadedPage {
  std::shared_ptr<PrometheusMetrics> metrics;
  std::unique_ptr<ModelObserver> model;
};

inline std::shared_ptr<PrometheusMetrics> EmptyMetrics() {
  auto metrics = std::make_shared<PrometheusMetrics>(
      MetricsFacts{.workers = 4,
                   .queue_limit_items = 1024,
                   .methods = kMethods,
                   .version = "0.1.0",
                   .commit = "abc",
                   .compiler = "GNU 12",
                   .libtorch = "none"});
  metrics->SetWorkers(2);
  metrics->WatchTraffic([] {
    return std::vector<TrafficStats>{{.model = "default",
                                      .version = "1",
                                      .percent = 100,
                                      .shadow_percent = 0}};
  });
  return metrics;
}

inline LoadedPage LoadedMetrics() {
  LoadedPage page{.metrics = EmptyMetrics(), .model = nullptr};
  page.model = page.metrics->model_observers().Create(
      {.name = "default",
       .version = "1",
       .labels = {"others", "happy", "sad", "angry"},
       .layout = "packed",
       .precision = "fp32",
       .traffic = "everyday",
       .manifest_sha256 = "00"},
      std::chrono::seconds(2));
  page.model->OnShadow(ShadowOutcome::kChanged, "sad", "angry");
  return page;
}

// The whole page of `metrics`, scraped over loopback; empty if that fails.
inline HttpReply Scrape(const std::shared_ptr<PrometheusMetrics>& metrics) {
  const auto server =
      MetricsServer::Create({.address = "127.0.0.1:0"}, metrics);
  if (!server.ok()) return {};
  return HttpGet((*server)->port(), "/metrics");
}

}  // namespace emotion
