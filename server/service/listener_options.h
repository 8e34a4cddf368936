#pragma once

#include <cstddef>
#include <string>

#include "common/option_range.h"
#include "common/status.h"

namespace emotion {

// Where a gRPC server listens and what one caller may cost it, whatever
// services it offers.
struct ListenerOptions {
  // HOST:PORT, where port 0 takes a free one and the server reports which; or
  // "unix:" and the absolute path of a socket. The default can be reached from
  // this machine only.
  std::string address = "127.0.0.1:50051";

  // Bytes that one request message may have. gRPC refuses a larger one with
  // RESOURCE_EXHAUSTED and no hint to retry.
  static constexpr OptionRange<std::size_t> kMaxMessageBytes{.low = 1 << 10,
                                                             .high = 64 << 20};
  std::size_t max_message_bytes = 1 << 20;

  // Calls that one connection may have open at once. Without a bound a few
  // megabytes of headers cost gigabytes of memory.
  static constexpr OptionRange<std::size_t> kMaxConcurrentStreams{
      .low = 1, .high = 65536};
  std::size_t max_concurrent_streams = 256;

  // Whether grpc.reflection answers, so that tools can list the methods.
  bool reflection = true;

  // Whether `address` names a Unix socket.
  bool is_unix_socket() const;

  // INVALID_ARGUMENT names the field, its value and what was expected.
  Status Validate() const;
};

}  // namespace emotion
