#pragma once

#include <memory>

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

// Metrics as they are once a model is loaded.
inline std::shared_ptr<PrometheusMetrics> LoadedMetrics() {
  auto metrics = std::make_shared<PrometheusMetrics>(
      MetricsFacts{.workers = 4,
                   .queue_limit_items = 1024,
                   .methods = kMethods,
                   .version = "0.1.0",
                   .commit = "abc",
                   .compiler = "GNU 12",
                   .libtorch = "none"});
  metrics->OnModelLoaded({.name = "default",
                          .version = "1",
                          .manifest_sha256 = "00",
                          .layout = "packed",
                          .precision = "fp32",
                          .runtime = "none",
                          .labels = {"others", "happy", "sad", "angry"},
                          .load_time = std::chrono::seconds(2),
                          .workers = 2});
  return metrics;
}

// The whole page of `metrics`, scraped over loopback; empty if that fails.
inline HttpReply Scrape(const std::shared_ptr<PrometheusMetrics>& metrics) {
  const auto server =
      MetricsServer::Create({.address = "127.0.0.1:0"}, metrics);
  if (!server.ok()) return {};
  return HttpGet((*server)->port(), "/metrics");
}

}  // namespace emotion
