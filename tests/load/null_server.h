#pragma once

#include <memory>
#include <string>

namespace emotion::load {

// A gRPC server that answers every unary call at once with the same bytes and
// looks at nothing: what is left is the cost of who asks and of gRPC. One
// thread, a free loopback port.
class NullServer {
 public:
  // `reply` is sent as it is, a serialised message.
  explicit NullServer(const std::string& reply);
  // Ends open calls.
  ~NullServer();

  // "127.0.0.1:port".
  std::string address() const;

 private:
  struct Running;

  std::unique_ptr<Running> running_;
};

}  // namespace emotion::load
