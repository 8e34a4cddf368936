#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "client/load/codec.h"
#include "client/load/transport.h"
#include "common/clock.h"
#include "common/result.h"

namespace emotion::load {

struct GrpcTransportOptions {
  // As gRPC names it, "localhost:50051" or "dns:///emotion:50051".
  std::string address;
  // TCP connections of their own, used in turn. From 1 to 1000.
  std::size_t connections = 1;
  // Threads that take the answers in. From 1 to 64.
  std::size_t threads = 1;
};

// Sends over gRPC with completion queues: the caller's thread sends, and each
// thread of the transport takes answers in and decodes them. Nothing is
// retried, not even by gRPC itself, and nothing waits for a connection: a
// request without one is UNAVAILABLE at once.
class GrpcTransport final : public Transport {
 public:
  // INVALID_ARGUMENT names the option at fault.
  static Result<std::unique_ptr<GrpcTransport>> Create(
      const GrpcTransportOptions& options, std::unique_ptr<Codec> codec);

  // Cancels what is outstanding and waits for its end.
  ~GrpcTransport() override;

  // Waits until every connection is made. UNAVAILABLE if that takes longer.
  Status Connect(Clock::Duration patience);

  Cancel Start(const LoadRequest& request, bool cancellable,
               Done done) override;

  // CPU seconds of the busiest of its threads, since it began.
  double BusiestThreadSeconds() const;

 private:
  class Impl;
  explicit GrpcTransport(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace emotion::load
