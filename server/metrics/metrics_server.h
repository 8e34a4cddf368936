#pragma once

#include <prometheus/collectable.h>

#include <cstdint>
#include <memory>

#include "common/result.h"
#include "server/metrics/metrics_options.h"

namespace prometheus {
class Exposer;
}

namespace emotion {

// Serves the page of a collectable over HTTP at /metrics, with or without a
// query, and nothing else: other paths are 404. Each connection carries
// one request, and one that is not complete in time is closed. No TLS and no
// password: bind it to an address that only the monitoring system reaches.
//
// Owns its threads, which call Collect(), several at once. Thread-safe.
class MetricsServer {
 public:
  // Listens and serves. INVALID_ARGUMENT names the option and its range;
  // UNAVAILABLE says that the address cannot be bound: in use, not ours, or not
  // allowed. The page is held weakly: once it is gone, scrapes are empty.
  static Result<std::unique_ptr<MetricsServer>> Create(
      const MetricsServerOptions& options,
      const std::shared_ptr<prometheus::Collectable>& page);

  // Waits for scrapes under way and for the listening thread, which looks up
  // every two seconds.
  ~MetricsServer();

  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;

  // The one it listens on, also where the option said 0.
  std::uint16_t port() const { return port_; }

 private:
  MetricsServer(std::unique_ptr<prometheus::Exposer> exposer,
                std::uint16_t port);

  std::unique_ptr<prometheus::Exposer> exposer_;
  std::uint16_t port_;
};

}  // namespace emotion
