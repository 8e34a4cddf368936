#include "server/service/grpc_server.h"

#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>

#include <cstdlib>
#include <utility>
#include <vector>

#include "common/grpc/callback_queue.h"

namespace emotion {
namespace {

constexpr int kHandshakeTimeoutMs = 5000;
constexpr int kKeepaliveTimeMs = 60000;
constexpr int kKeepaliveTimeoutMs = 20000;
constexpr int kOnlyIdentityCompression = 1 << GRPC_COMPRESS_NONE;

// Takes reflection out of a server: linking the library puts it into all.
class WithoutReflection final : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>*
                         plugins) override {
    std::erase_if(*plugins, [](const auto& plugin) {
      return plugin->name() == "proto_server_reflection";
    });
  }
};

// Statuses and our own log say what protobuf and gRPC would print on standard
// error. GRPC_VERBOSITY still lets gRPC print.
void QuietLibraries() {
  google::protobuf::SetLogHandler(nullptr);
  if (std::getenv("GRPC_VERBOSITY") == nullptr) {
    gpr_set_log_function([](gpr_log_func_args*) {});
  }
}

// The address with the port that was taken.
std::string TrueAddress(const ListenerOptions& options, int port) {
  const std::string& address = options.address;
  if (options.is_unix_socket()) return address;
  return address.substr(0, address.rfind(':') + 1) + std::to_string(port);
}

Status CannotListen(const ListenerOptions& options) {
  const std::string expected =
      options.is_unix_socket()
          ? "the path of a socket that this process may make"
          : "HOST:PORT of this machine with a port that is free";
  return Status(StatusCode::kUnavailable,
                "is '" + options.address +
                    "', which cannot be listened on; expected " + expected)
      .WithField("address");
}

}  // namespace

// Every bound is set before the port opens: the size of a message, the streams
// of a connection, the time of a handshake, peers that have gone silent. gRPC's
// own defaults bound none of the last three.
Result<std::unique_ptr<GrpcServer>> GrpcServer::Start(
    const ListenerOptions& options, const std::vector<NamedService>& services,
    Clock& clock) {
  if (Status status = options.Validate(); !status.ok()) return status;
  HoldCallbackQueue();
  QuietLibraries();
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();

  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(options.address, grpc::InsecureServerCredentials(),
                           &port);
  for (const NamedService& named : services) {
    builder.RegisterService(&named.service);
  }
  builder.SetMaxReceiveMessageSize(static_cast<int>(options.max_message_bytes));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS,
                             static_cast<int>(options.max_concurrent_streams));
  builder.AddChannelArgument(GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET,
                             kOnlyIdentityCompression);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS,
                             kHandshakeTimeoutMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveTimeMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS,
                             kKeepaliveTimeoutMs);
  if (!options.reflection) {
    builder.SetOption(std::make_unique<WithoutReflection>());
  }

  std::unique_ptr<GrpcServer> server(new GrpcServer(clock));
  server->server_ = builder.BuildAndStart();
  if (!server->server_ || port == 0) return CannotListen(options);
  server->address_ = TrueAddress(options, port);
  for (const NamedService& named : services) {
    server->service_names_.push_back(named.name);
  }
  server->SetServing(false);
  return server;
}

GrpcServer::GrpcServer(Clock& clock) : clock_(clock) {}

GrpcServer::~GrpcServer() { Shutdown(std::chrono::milliseconds(0)); }

void GrpcServer::SetServing(bool serving) {
  grpc::HealthCheckServiceInterface& health = *server_->GetHealthCheckService();
  health.SetServingStatus("", serving);
  for (const std::string& name : service_names_) {
    health.SetServingStatus(name, serving);
  }
}

void GrpcServer::Shutdown(std::chrono::milliseconds timeout) {
  if (!server_ || std::exchange(stopped_, true)) return;
  server_->Shutdown(clock_.WallNow() + timeout);
  server_->Wait();
}

}  // namespace emotion
