#pragma once

#include <chrono>
#include <string_view>

#include "server/base/status.h"

namespace emotion {

// Told of each call at the door. Called from gRPC's threads, several at once;
// must be quick and must not throw.
class RpcObserver {
 public:
  virtual ~RpcObserver() = default;

  // A call of `method` ("Classify") began. Methods come from the service's own
  // list, never from the wire.
  virtual void OnCallStarted(std::string_view method) = 0;

  // It ended. Each start has exactly one end.
  virtual void OnCallHandled(std::string_view method, StatusCode code,
                             std::chrono::nanoseconds duration) = 0;
};

}  // namespace emotion
