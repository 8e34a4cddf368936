#pragma once

#include <prometheus/registry.h>

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/engine/request_observer.h"
#include "server/metrics/metric_family.h"

namespace emotion {

// Counts what becomes of each dialogue. An unknown reason counts as "other".
// Thread-safe, but for SetLabels; never waits but for prometheus-cpp's own
// short locks.
class RequestMetrics final : public RequestObserver {
 public:
  // REQUIRES: `registry` outlives this.
  explicit RequestMetrics(prometheus::Registry& registry);

  // Names the labels of the model, in its order. Predictions made before, and
  // those of a label beyond the list, are not counted. REQUIRES: called at most
  // once, and not while OnPrediction may run.
  void SetLabels(std::span<const std::string> labels);

  void OnEncoded(const Encoding& encoding,
                 std::chrono::nanoseconds duration) override;
  void OnInvalidInput(std::string_view reason) override;
  void OnRejected(std::string_view reason) override;
  void OnLeftQueue(QueueOutcome outcome, Priority priority,
                   std::chrono::nanoseconds wait) override;
  void OnExpired(RequestStage stage) override;
  void OnCancelled(RequestStage stage) override;
  void OnInference(std::size_t dialogues, std::size_t tokens,
                   std::chrono::nanoseconds duration, bool ok) override;
  void OnPrediction(const Prediction& prediction) override;
  void OnAnswered(StatusCode code) override;

 private:
  prometheus::Registry& registry_;
  SeriesByLabel<prometheus::Counter> items_;
  prometheus::Histogram& tokenize_time_;
  prometheus::Histogram& request_tokens_;
  prometheus::Counter& tokens_;
  prometheus::Counter& unknown_tokens_;
  SeriesByLabel<prometheus::Counter> truncated_;
  SeriesByLabel<prometheus::Counter> invalid_;
  SeriesByLabel<prometheus::Counter> rejected_;
  SeriesByLabel<prometheus::Counter> expired_;
  SeriesByLabel<prometheus::Counter> cancelled_;
  // By priority.
  std::vector<SeriesByLabel<prometheus::Histogram>> queue_wait_;
  prometheus::Histogram& inference_time_;
  prometheus::Counter& inference_failures_;
  SeriesByLabel<prometheus::Counter> predictions_;
  SeriesByLabel<prometheus::Histogram> confidence_;
};

}  // namespace emotion
