#include "server/main/call_log.h"

#include <chrono>
#include <string>

namespace emotion {

void CallLog::OnCallStarted(const MethodInfo& method) {
  next_.OnCallStarted(method);
}

void CallLog::OnCallHandled(const HandledCall& call) {
  if (log_.debugs()) {
    const auto microseconds =
        std::chrono::duration_cast<std::chrono::microseconds>(call.duration);
    log_.Debug("call", {{"method", std::string(call.method.name())},
                        {"code", std::string(StatusCodeName(call.code))},
                        {"microseconds", std::to_string(microseconds.count())},
                        {"request_id", std::string(call.request_id)}});
  }
  next_.OnCallHandled(call);
}

}  // namespace emotion
