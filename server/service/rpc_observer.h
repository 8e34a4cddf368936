#pragma once

#include <chrono>
#include <string_view>

#include "common/status.h"

namespace emotion {

// A call that ended.
struct HandledCall {
  // "Classify": from the service's own list, never from the wire.
  std::string_view method;
  StatusCode code = StatusCode::kOk;
  std::chrono::nanoseconds duration{0};
  // From the caller's x-request-id, or made here. Plain ASCII.
  std::string_view request_id;
};

// Told of each call at the door. Called from gRPC's and worker threads, several
// at once; must be quick and must not throw.
class RpcObserver {
 public:
  virtual ~RpcObserver() = default;

  // A call of `method` began.
  virtual void OnCallStarted(std::string_view method) = 0;

  // It ended. Each start has exactly one end.
  virtual void OnCallHandled(const HandledCall& call) = 0;
};

}  // namespace emotion
