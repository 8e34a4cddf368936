#pragma once

#include "server/main/logging.h"
#include "server/metrics/prometheus_metrics.h"
#include "server/models/model_manager.h"

namespace emotion {

// Logs and counts what changes among the models. Thread-safe; borrows both.
class ModelEvents final : public ModelChangeObserver {
 public:
  ModelEvents(Log& log, PrometheusMetrics& metrics)
      : log_(log), metrics_(metrics) {}

  void OnLoaded(const LoadReport& report, Activation activation) override;
  void OnLoadRefused(std::string_view version, const Status& reason) override;
  void OnUnloaded(std::string_view version) override;
  void OnTrafficChanged(const std::vector<ServingModel>& now) override;

 private:
  Log& log_;
  PrometheusMetrics& metrics_;
};

}  // namespace emotion
