#pragma once

#include <prometheus/registry.h>

#include <chrono>
#include <cstddef>
#include <string_view>
#include <vector>

#include "server/engine/request_observer.h"
#include "server/metrics/metric_family.h"

namespace emotion {

// Counts what becomes of each dialogue. An unknown reason counts as "other".
// Thread-safe; never waits but for prometheus-cpp's own short locks.
class RequestMetrics final : public RequestObserver {
 public:
  // REQUIRES: `registry` outlives this.
  explicit RequestMetrics(prometheus::Registry& registry);

  void OnEncoded(const Encoding& encoding,
                 std::chrono::nanoseconds duration) override;
  void OnInvalidInput(std::string_view reason) override;
  void OnRejected(std::string_view reason) override;
  void OnLeftQueue(QueueOutcome outcome, Priority priority,
                   std::chrono::nanoseconds wait) override;
  void OnExpired(RequestStage stage) override;
  void OnCancelled(RequestStage stage) override;
  void OnAnswered(StatusCode code) override;

 private:
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
};

}  // namespace emotion
