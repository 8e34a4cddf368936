#pragma once

#include <prometheus/registry.h>

#include <chrono>
#include <string_view>
#include <vector>

#include "common/status.h"
#include "server/metrics/metric_family.h"
#include "server/service/rpc_observer.h"

namespace emotion {

// Counts calls: begun, ended by code, their time, and how many are open. A
// method that is not in metric_names::kGrpcMethods counts as "other".
// Thread-safe; never waits but for prometheus-cpp's own short locks.
class RpcMetrics final : public RpcObserver {
 public:
  // REQUIRES: `registry` outlives this.
  explicit RpcMetrics(prometheus::Registry& registry);

  void OnCallStarted(std::string_view method) override;
  void OnCallHandled(const HandledCall& call) override;

 private:
  SeriesByLabel<prometheus::Counter> started_;
  // By method, then by code.
  std::vector<SeriesByLabel<prometheus::Counter>> handled_;
  SeriesByLabel<prometheus::Histogram> time_;
  prometheus::Gauge& in_flight_;
};

}  // namespace emotion
