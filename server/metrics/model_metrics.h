#pragma once

#include <prometheus/registry.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "server/metrics/series_pool.h"
#include "server/models/model_observer.h"

namespace emotion {

// Counts what each loaded model does, in series that carry its name and its
// version and leave the page with it. As many models may be loaded as the
// registry allows, and each brings a number of series that its labels bound.
// Thread-safe.
class ModelMetrics final : public ModelObserverFactory {
 public:
  // `runtime` is what runs models, "libtorch 2.13.0". REQUIRES: `registry`
  // outlives this, and this outlives the observers it makes.
  ModelMetrics(prometheus::Registry& registry, std::string runtime);

  std::unique_ptr<ModelObserver> Create(
      const ModelInfo& info, std::chrono::nanoseconds load_time) override;

 private:
  class Observer;

  const std::string runtime_;
  SeriesPool<prometheus::Counter> predictions_;
  SeriesPool<prometheus::Histogram> confidence_;
  SeriesPool<prometheus::Histogram> inference_time_;
  SeriesPool<prometheus::Counter> inference_failures_;
  SeriesPool<prometheus::Counter> shadow_;
  SeriesPool<prometheus::Counter> shadow_changed_;
  SeriesPool<prometheus::Gauge> info_;
  prometheus::Gauge& load_time_;
};

}  // namespace emotion
