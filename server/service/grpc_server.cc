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
#include "emotion/v1/emotion.grpc.pb.h"

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

// What protobuf and gRPC would print on standard error themselves, the caller
// or the operator is told in our own words. GRPC_VERBOSITY still lets gRPC
// speak.
void QuietLibraries() {
  google::protobuf::SetLogHandler(nullptr);
  if (std::getenv("GRPC_VERBOSITY") == nullptr) {
    gpr_set_log_function([](gpr_log_func_args*) {});
  }
}

std::string HostOf(const std::string& address) {
  return address.substr(0, address.rfind(':'));
}

}  // namespace

Result<std::unique_ptr<GrpcServer>> GrpcServer::Start(
    const ServiceOptions& options, grpc::Service& service, Clock& clock) {
  if (Status status = options.Validate(); !status.ok()) return status;
  HoldCallbackQueue();
  QuietLibraries();
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();

  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(options.address, grpc::InsecureServerCredentials(),
                           &port);
  builder.RegisterService(&service);
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
  if (!server->server_ || port == 0) {
    return Status(StatusCode::kUnavailable,
                  "is '" + options.address +
                      "', which cannot be listened on; expected HOST:PORT of "
                      "this machine with a port that is free")
        .WithField("address");
  }
  server->address_ = HostOf(options.address) + ":" + std::to_string(port);
  server->SetServing(false);
  return server;
}

GrpcServer::GrpcServer(Clock& clock) : clock_(clock) {}

GrpcServer::~GrpcServer() { Shutdown(std::chrono::milliseconds(0)); }

void GrpcServer::SetServing(bool serving) {
  grpc::HealthCheckServiceInterface& health = *server_->GetHealthCheckService();
  health.SetServingStatus("", serving);
  health.SetServingStatus(v1::EmotionService::service_full_name(), serving);
}

void GrpcServer::Shutdown(std::chrono::milliseconds timeout) {
  if (!server_ || std::exchange(stopped_, true)) return;
  server_->Shutdown(clock_.WallNow() + timeout);
  server_->Wait();
}

}  // namespace emotion
