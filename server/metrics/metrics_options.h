#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "common/option_range.h"
#include "common/status.h"

namespace emotion {

// The endpoint from which a monitoring system reads the metrics.
struct MetricsServerOptions {
  // Where to listen, HOST:PORT. Port 0 takes a free one; the server reports
  // which. The default can be reached from this machine only.
  std::string address = "127.0.0.1:9464";

  // Threads that answer scrapes. Each can be held up by one slow client for as
  // long as request_timeout.
  static constexpr OptionRange<std::size_t> kThreads{.low = 1, .high = 64};
  std::size_t threads = 4;

  // How long a client may take to send its request. Bounds how long half-open
  // requests can keep a scrape waiting.
  static constexpr OptionRange<std::chrono::milliseconds> kRequestTimeout{
      .low = std::chrono::milliseconds(1), .high = std::chrono::minutes(1)};
  std::chrono::milliseconds request_timeout{1000};

  // INVALID_ARGUMENT names the field, its value and the range.
  Status Validate() const;
};

}  // namespace emotion
