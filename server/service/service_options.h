#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "common/status.h"

namespace emotion {

// What the door looks like and what one caller may cost.
struct ServiceOptions {
  // Where to listen, HOST:PORT. Port 0 takes a free one; the server tells
  // which. The default can be reached from this machine only.
  std::string address = "127.0.0.1:50051";

  // Dialogues one ClassifyBatch may hold, 1 to 4096.
  std::size_t max_batch_dialogues = 128;

  // Bytes one request message may have, 1 KiB to 64 MiB. gRPC refuses a larger
  // one with RESOURCE_EXHAUSTED and no hint to retry.
  std::size_t max_message_bytes = 1 << 20;

  // Calls one connection may have open at once, 1 to 65536. Without a bound a
  // few megabytes of headers cost gigabytes of memory.
  std::size_t max_concurrent_streams = 256;

  // Whether grpc.reflection answers, so that tools can list the methods.
  bool reflection = true;

  // How long the server goes on answering after health says NOT_SERVING, so
  // that load balancers look elsewhere first; 0 to 10 minutes.
  std::chrono::milliseconds lame_duck{0};

  // How long calls in flight may take to end after that, before they are
  // cancelled; 0 to 10 minutes.
  std::chrono::milliseconds drain_timeout{10000};

  // INVALID_ARGUMENT names the field, its value and the range.
  Status Validate() const;
};

}  // namespace emotion
