#pragma once

#include <string_view>

namespace emotion::load {

// Numbers of google.rpc.Code that the generator treats in a way of their own.
inline constexpr int kCodeOk = 0;
inline constexpr int kCodeCancelled = 1;
inline constexpr int kCodeDeadlineExceeded = 4;
inline constexpr int kCodeUnavailable = 14;
inline constexpr int kRpcCodes = 17;

// None of them: the server said OK, but its answer is not what the protocol or
// the options promise. "UNREADABLE".
inline constexpr int kCodeUnreadable = 100;

// "DEADLINE_EXCEEDED"; "UNKNOWN" for numbers outside google.rpc.Code.
std::string_view RpcCodeName(int code);

}  // namespace emotion::load
