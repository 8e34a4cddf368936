#include "server/metrics/rpc_metrics.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "server/metrics/metric_names.h"
#include "server/metrics/seconds.h"

namespace emotion {
namespace {

namespace names = metric_names;

// The names of the codes as gRPC's own metrics have them in every language:
// "InvalidArgument" for INVALID_ARGUMENT, but OK stays.
std::vector<std::string> CodeNames() {
  std::vector<std::string> names;
  for (std::size_t i = 0; i <= static_cast<std::size_t>(StatusCode::kInternal);
       ++i) {
    const auto code = static_cast<StatusCode>(i);
    std::string name;
    bool word_begins = true;
    for (const char c : StatusCodeName(code)) {
      if (c == '_') {
        word_begins = true;
        continue;
      }
      name += word_begins ? c : static_cast<char>(c - 'A' + 'a');
      word_begins = false;
    }
    names.push_back(code == StatusCode::kOk ? "OK" : name);
  }
  return names;
}

}  // namespace

RpcMetrics::RpcMetrics(prometheus::Registry& registry,
                       std::span<const MethodInfo> methods)
    : in_flight_(AddSeries(registry, names::kCallsInFlight)) {
  std::vector<std::string_view> services;
  for (const MethodInfo& method : methods) {
    AddMethod(registry, method.service(), method.name(), method.type);
    if (std::ranges::find(services, method.service()) == services.end()) {
      services.push_back(method.service());
    }
  }
  for (const std::string_view service : services) {
    AddMethod(registry, service, names::kOther, MethodType::kUnary);
  }
}

void RpcMetrics::AddMethod(prometheus::Registry& registry,
                           std::string_view service, std::string_view name,
                           MethodType type) {
  const prometheus::Labels labels = {
      {"grpc_type", std::string(MethodTypeName(type))},
      {"grpc_service", std::string(service)},
      {"grpc_method", std::string(name)}};
  methods_.push_back(
      {.service = service,
       .name = name,
       .started = AddSeries(registry, names::kCallsStarted, labels),
       .handled = {registry, names::kCallsHandled, CodeNames(), labels},
       .time = AddSeries(registry, names::kCallTime, labels)});
}

const RpcMetrics::MethodSeries* RpcMetrics::Find(
    const MethodInfo& method) const {
  const std::string_view service = method.service();
  const std::string_view name = method.name();
  const MethodSeries* other = nullptr;
  for (const MethodSeries& series : methods_) {
    if (series.service != service) continue;
    if (series.name == name) return &series;
    if (series.name == names::kOther) other = &series;
  }
  return other;
}

void RpcMetrics::OnCallStarted(const MethodInfo& method) {
  if (const MethodSeries* series = Find(method)) series->started.Increment();
  in_flight_.Increment();
}

void RpcMetrics::OnCallHandled(const HandledCall& call) {
  if (const MethodSeries* series = Find(call.method)) {
    series->handled.At(static_cast<std::size_t>(call.code)).Increment();
    series->time.Observe(Seconds(call.duration));
  }
  in_flight_.Decrement();
}

}  // namespace emotion
