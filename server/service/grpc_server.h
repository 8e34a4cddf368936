#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "common/clock.h"
#include "common/result.h"
#include "server/service/service_options.h"

namespace grpc {
class Server;
class Service;
}  // namespace grpc

namespace emotion {

// The open port: gRPC's server with the health service (grpc.health.v1, Check
// and Watch, for "" and for each service's name), reflection if asked for, and
// bounds on what a caller may cost.
//
// Only uncompressed messages are taken: gRPC 1.51 expands a compressed one
// whole before it looks at the size limit. Two servers never share a port.
//
// Order of calls: Start, SetServing(true), SetServing(false), Shutdown. Owned
// and called by one thread; the calls themselves run on gRPC's own threads.
class GrpcServer {
 public:
  // Listens. `service` and `clock` are borrowed and must outlive the server.
  // UNAVAILABLE names the address if it cannot be bound; INVALID_ARGUMENT as
  // ServiceOptions::Validate. Health says NOT_SERVING at first.
  static Result<std::unique_ptr<GrpcServer>> Start(
      const ServiceOptions& options, grpc::Service& service, Clock& clock);

  // Shuts down at once if that has not happened yet.
  ~GrpcServer();

  // Where it listens, with the true port: "127.0.0.1:50051".
  const std::string& address() const { return address_; }

  // What health tells from now on; watchers are told at once.
  void SetServing(bool serving);

  // Accepts nothing more (callers hear GOAWAY), gives calls in flight until
  // `timeout` to end, cancels the rest, and returns when none is left.
  void Shutdown(std::chrono::milliseconds timeout);

 private:
  explicit GrpcServer(Clock& clock);

  Clock& clock_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
  bool stopped_ = false;
};

}  // namespace emotion
