#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <cstddef>
#include <string>

#include "client/load/transport.h"

namespace emotion::load {

// How dialogues and predictions look on the wire of one protocol: the interface
// behind which servers of other protocols are measured. Const calls are
// thread-safe.
class Codec {
 public:
  virtual ~Codec() = default;

  // "/package.Service/Method" for a request of so many dialogues.
  virtual const std::string& MethodFor(std::size_t dialogues) const = 0;

  // All of the request but its deadline, which is the call's.
  virtual grpc::ByteBuffer Encode(const LoadRequest& request) const = 0;

  // One prediction for each of `dialogues` dialogues; kCodeUnreadable if
  // `reply` does not hold them.
  virtual LoadReply Decode(grpc::ByteBuffer& reply,
                           std::size_t dialogues) const = 0;
};

}  // namespace emotion::load
