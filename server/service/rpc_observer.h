#pragma once

#include <chrono>
#include <string_view>

#include "common/status.h"
#include "server/service/method_info.h"  // IWYU pragma: export

namespace emotion {

// A call that ended.
struct HandledCall {
  // One of the service's constants, never made from what a caller sent.
  const MethodInfo& method;
  StatusCode code = StatusCode::kOk;
  std::chrono::nanoseconds duration{0};
  // From the caller's x-request-id, or made here. Plain ASCII.
  std::string_view request_id = {};
};

// Receives the start and the end of each call. Called from gRPC's and worker
// threads, several at once; must be quick and must not throw.
class RpcObserver {
 public:
  virtual ~RpcObserver() = default;

  // A call of `method` began.
  virtual void OnCallStarted(const MethodInfo& method) = 0;

  // It ended. Each start has exactly one end.
  virtual void OnCallHandled(const HandledCall& call) = 0;
};

}  // namespace emotion
