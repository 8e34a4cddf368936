#include "client/server_pool.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <algorithm>
#include <string_view>

#include "client/server_choice.h"
#include "common/loopback.h"

namespace emotion::client {
namespace {

// How long a lost connection waits before it is made again: short, so that a
// call that is retried finds it.
constexpr int kFirstReconnectMs = 100;
constexpr int kLongestReconnectMs = 5000;

constexpr char kBalanced[] = R"({
  "loadBalancingConfig": [{"round_robin": {}}],
  "healthCheckConfig": {"serviceName": "emotion.v1.EmotionService"}
})";

bool MayNameMany(std::string_view address) {
  return address.starts_with("dns:") || address.starts_with("ipv4:") ||
         address.starts_with("ipv6:");
}

std::shared_ptr<grpc::ChannelCredentials> Credentials(
    const ClientOptions& options) {
  if (!options.tls) return grpc::InsecureChannelCredentials();
  return grpc::SslCredentials({.pem_root_certs = options.tls->ca,
                               .pem_private_key = options.tls->key,
                               .pem_cert_chain = options.tls->certificate});
}

std::shared_ptr<grpc::Channel> Connect(const ClientOptions& options,
                                       const std::string& address) {
  grpc::ChannelArguments arguments;
  const int bytes = static_cast<int>(options.max_message_bytes);
  arguments.SetMaxReceiveMessageSize(bytes);
  arguments.SetMaxSendMessageSize(bytes);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kFirstReconnectMs);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kLongestReconnectMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kLongestReconnectMs);
  arguments.SetUserAgentPrefix("emotion-client");
  if (options.addresses.size() > 1 || MayNameMany(address)) {
    arguments.SetServiceConfigJSON(kBalanced);
  }
  if (options.tls && !options.tls->server_name.empty()) {
    arguments.SetSslTargetNameOverride(options.tls->server_name);
  }
  // Else the environment's http_proxy would see what is to stay here.
  if (IsLoopback(address)) arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(address, Credentials(options), arguments);
}

Reach ReachOf(grpc::Channel& channel) {
  switch (channel.GetState(true)) {
    case GRPC_CHANNEL_READY:
      return Reach::kReady;
    case GRPC_CHANNEL_TRANSIENT_FAILURE:
    case GRPC_CHANNEL_SHUTDOWN:
      return Reach::kFailing;
    default:
      return Reach::kUnknown;
  }
}

}  // namespace

ServerPool::ServerPool(const ClientOptions& options) {
  for (const std::string& address : Addresses(options)) {
    auto channel = Connect(options, address);
    auto stub = v1::EmotionService::NewStub(channel);
    servers_.push_back({address, std::move(channel), std::move(stub)});
  }
}

const ServerPool::Server& ServerPool::Pick(Tried& tried) {
  if (servers_.size() == 1) return servers_.front();
  std::vector<Candidate> candidates;
  candidates.reserve(servers_.size());
  std::lock_guard lock(tried.mutex);
  for (const Server& server : servers_) {
    candidates.push_back({.reach = ReachOf(*server.channel),
                          .tried = std::ranges::find(tried.servers, &server) !=
                                   tried.servers.end()});
  }
  const Server& chosen = servers_[ChooseServer(candidates, turn_++)];
  tried.servers.push_back(&chosen);
  return chosen;
}

}  // namespace emotion::client
