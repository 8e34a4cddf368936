#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "common/status.h"

namespace emotion {

// The window through which a monitoring system reads the metrics.
struct MetricsServerOptions {
  // Where to listen, HOST:PORT. Port 0 takes a free one; the server tells
  // which. The default can be reached from this machine only.
  std::string address = "127.0.0.1:9464";

  // Threads that answer scrapes, 1 to 64. Each can be held up by one slow
  // client for as long as request_timeout.
  std::size_t threads = 4;

  // How long a client may take to send its request, 1 ms to 1 minute. Bounds
  // how long half-open requests can keep a scrape waiting.
  std::chrono::milliseconds request_timeout{1000};

  // INVALID_ARGUMENT names the field, its value and the range.
  Status Validate() const;
};

}  // namespace emotion
