#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/result.h"
#include "server/service/listener_options.h"

namespace grpc {
class Server;
class Service;
}  // namespace grpc

namespace emotion {

// A service that a server offers.
struct NamedService {
  // The full name, by which health knows it: "emotion.v1.EmotionService".
  std::string name;
  grpc::Service& service;
};

// One listener with its services: gRPC's server with the health service
// (grpc.health.v1, Check and Watch, for "" and for each service's name),
// reflection if asked for, and bounds on what a caller may cost.
//
// A process may have several, each with services and health of its own.
// Reflection lists the services of its own listener; whoever knows the name of
// a message or service of this process also gets its description from any of
// them, since gRPC keeps descriptions once a process.
//
// Only uncompressed messages are taken: gRPC 1.51 expands a compressed one
// whole before it looks at the size limit. Two servers never share a port. The
// file of a Unix socket is removed at the end; one that is there at the start
// is replaced, even if another process listens on it.
//
// Order of calls: Start, SetServing(true), SetServing(false), Shutdown. Owned
// and called by one thread; the calls themselves run on gRPC's own threads.
class GrpcServer {
 public:
  // Listens. The services and `clock` are borrowed and must outlive the server.
  // UNAVAILABLE names the address if it cannot be bound; INVALID_ARGUMENT as
  // ListenerOptions::Validate. Health says NOT_SERVING at first.
  static Result<std::unique_ptr<GrpcServer>> Start(
      const ListenerOptions& options, const std::vector<NamedService>& services,
      Clock& clock);

  // Shuts down at once if that has not happened yet.
  ~GrpcServer();

  // Where it listens, with the true port: "127.0.0.1:50051", "unix:/run/x".
  const std::string& address() const { return address_; }

  // What health says from now on, of all its services; watchers receive it at
  // once.
  void SetServing(bool serving);

  // Accepts nothing more (callers receive GOAWAY), gives calls in flight until
  // `timeout` to end, cancels the rest, and returns when none is left.
  void Shutdown(std::chrono::milliseconds timeout);

 private:
  explicit GrpcServer(Clock& clock);

  Clock& clock_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
  std::vector<std::string> service_names_;
  bool stopped_ = false;
};

}  // namespace emotion
