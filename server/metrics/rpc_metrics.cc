#include "server/metrics/rpc_metrics.h"

#include <iterator>
#include <string>

#include "server/metrics/metric_names.h"
#include "server/metrics/seconds.h"

namespace emotion {
namespace {

namespace names = metric_names;

static_assert(std::size(names::kGrpcCodes) ==
              static_cast<std::size_t>(StatusCode::kInternal) + 1);

prometheus::Labels ServiceLabels() {
  return {{"grpc_type", "unary"},
          {"grpc_service", std::string(names::kGrpcService)}};
}

}  // namespace

RpcMetrics::RpcMetrics(prometheus::Registry& registry)
    : started_(registry, names::kCallsStarted, ServiceLabels()),
      time_(registry, names::kCallTime, ServiceLabels()),
      in_flight_(AddSeries(registry, names::kCallsInFlight)) {
  for (const std::string_view method : names::kGrpcMethods) {
    prometheus::Labels labels = ServiceLabels();
    labels.emplace("grpc_method", method);
    handled_.emplace_back(registry, names::kCallsHandled, labels);
  }
}

void RpcMetrics::OnCallStarted(std::string_view method) {
  started_.At(started_.IndexOf(method)).Increment();
  in_flight_.Increment();
}

void RpcMetrics::OnCallHandled(const HandledCall& call) {
  const std::size_t index = started_.IndexOf(call.method);
  handled_[index].At(static_cast<std::size_t>(call.code)).Increment();
  time_.At(index).Observe(Seconds(call.duration));
  in_flight_.Decrement();
}

}  // namespace emotion
