#include "client/load/rpc_code.h"

#include <array>
#include <cstddef>

namespace emotion::load {

std::string_view RpcCodeName(int code) {
  static constexpr std::array<std::string_view, kRpcCodes> kNames = {
      "OK",
      "CANCELLED",
      "UNKNOWN",
      "INVALID_ARGUMENT",
      "DEADLINE_EXCEEDED",
      "NOT_FOUND",
      "ALREADY_EXISTS",
      "PERMISSION_DENIED",
      "RESOURCE_EXHAUSTED",
      "FAILED_PRECONDITION",
      "ABORTED",
      "OUT_OF_RANGE",
      "UNIMPLEMENTED",
      "INTERNAL",
      "UNAVAILABLE",
      "DATA_LOSS",
      "UNAUTHENTICATED"};
  if (code == kCodeUnreadable) return "UNREADABLE";
  if (code < 0 || code >= kRpcCodes) return "UNKNOWN";
  return kNames[static_cast<std::size_t>(code)];
}

}  // namespace emotion::load
