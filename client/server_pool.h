#pragma once

#include <grpcpp/channel.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "client/client_options.h"
#include "emotion/v1/emotion.grpc.pb.h"

namespace emotion::client {

// The servers of a client, one connection each, and whose turn it is.
//
// With one plain address there is nothing to choose, and gRPC connects to the
// first that its name gives. Otherwise calls go round the servers, and each
// connection watches the health service of its server (gRFC A17): one that
// says NOT_SERVING is left out like one that is gone. A server without a health
// service counts as serving. A name that stands for several servers takes one
// turn in the list and spreads its calls over them itself.
//
// Thread-safe.
class ServerPool {
 public:
  struct Server {
    std::string address;
    std::shared_ptr<grpc::Channel> channel;
    std::unique_ptr<v1::EmotionService::StubInterface> stub;
  };

  // The servers that one call has asked; its tries may overlap.
  struct Tried {
    std::mutex mutex;
    // Guarded by mutex.
    std::vector<const Server*> servers;
  };

  // Connects to nobody yet. REQUIRES: the options have passed their check.
  explicit ServerPool(const ClientOptions& options);

  // The server for the next try of a call, which is added to `tried`. Begins
  // to connect to all. The result lives as long as the pool.
  const Server& Pick(Tried& tried);

 private:
  std::vector<Server> servers_;
  std::atomic<std::uint64_t> turn_{0};
};

}  // namespace emotion::client
