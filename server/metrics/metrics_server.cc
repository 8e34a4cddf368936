#include "server/metrics/metrics_server.h"

#include <prometheus/exposer.h>

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "common/host_port.h"

namespace emotion {
namespace {

// "$" is the end of the path in civetweb's patterns; without it "/metricsx"
// would be served too.
constexpr char kPath[] = "/metrics$";

std::vector<std::string> CivetwebOptions(const MetricsServerOptions& options) {
  return {"listening_ports",    options.address,
          "num_threads",        std::to_string(options.threads),
          "request_timeout_ms", std::to_string(options.request_timeout.count()),
          "enable_keep_alive",  "no"};
}

Status CannotListen(const MetricsServerOptions& options,
                    const std::string& why) {
  return {StatusCode::kUnavailable, "metrics address \"" + options.address +
                                        "\" cannot be bound: " + why};
}

}  // namespace

Status MetricsServerOptions::Validate() const {
  if (auto parsed = ParseHostPort(address); !parsed.ok()) {
    return std::move(parsed).status().WithField("address");
  }
  return FirstFailure({
      CheckRange("threads", threads, kThreads),
      CheckRange("request_timeout", request_timeout, kRequestTimeout),
  });
}

Result<std::unique_ptr<MetricsServer>> MetricsServer::Create(
    const MetricsServerOptions& options,
    const std::shared_ptr<prometheus::Collectable>& page) {
  if (Status status = options.Validate(); !status.ok()) return status;
  try {
    auto exposer =
        std::make_unique<prometheus::Exposer>(CivetwebOptions(options));
    const std::vector<int> ports = exposer->GetListeningPorts();
    if (ports.empty()) return CannotListen(options, "no port was opened");
    exposer->RegisterCollectable(page, kPath);
    return std::unique_ptr<MetricsServer>(new MetricsServer(
        std::move(exposer), static_cast<std::uint16_t>(ports.front())));
  } catch (const std::exception& error) {
    return CannotListen(options, error.what());
  }
}

MetricsServer::MetricsServer(std::unique_ptr<prometheus::Exposer> exposer,
                             std::uint16_t port)
    : exposer_(std::move(exposer)), port_(port) {}

MetricsServer::~MetricsServer() = default;

}  // namespace emotion
