#pragma once

#include <prometheus/registry.h>

#include <span>
#include <string_view>
#include <vector>

#include "server/metrics/metric_family.h"
#include "server/service/rpc_observer.h"

namespace emotion {

// Counts calls: begun, ended by code, their time, and how many are open; each
// with the service, the method and the type of the call. Every method known in
// advance has its series from the start, and so has "other" of each service,
// which counts methods that were not named. A call of a service that was not
// named only shows while it is open. Thread-safe; never waits but for
// prometheus-cpp's own short locks.
class RpcMetrics final : public RpcObserver {
 public:
  // `methods` are those of all services, and refer to constants. REQUIRES:
  // `registry` outlives this.
  RpcMetrics(prometheus::Registry& registry,
             std::span<const MethodInfo> methods);

  void OnCallStarted(const MethodInfo& method) override;
  void OnCallHandled(const HandledCall& call) override;

 private:
  struct MethodSeries {
    std::string_view service;
    std::string_view name;
    prometheus::Counter& started;
    // By code.
    SeriesByLabel<prometheus::Counter> handled;
    prometheus::Histogram& time;
  };

  void AddMethod(prometheus::Registry& registry, std::string_view service,
                 std::string_view name, MethodType type);

  // Those of `method`, or of "other" of its service; null if neither exists.
  const MethodSeries* Find(const MethodInfo& method) const;

  std::vector<MethodSeries> methods_;
  prometheus::Gauge& in_flight_;
};

}  // namespace emotion
