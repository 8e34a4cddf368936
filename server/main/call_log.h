#pragma once

#include "server/main/logging.h"
#include "server/service/rpc_observer.h"

namespace emotion {

// Receives each call, logs its end at level debug with the request id, and
// passes both events on. Thread-safe; borrows both.
class CallLog final : public RpcObserver {
 public:
  CallLog(Log& log, RpcObserver& next) : log_(log), next_(next) {}

  void OnCallStarted(const MethodInfo& method) override;
  void OnCallHandled(const HandledCall& call) override;

 private:
  Log& log_;
  RpcObserver& next_;
};

}  // namespace emotion
