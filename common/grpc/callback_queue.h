#pragma once

namespace emotion {

// Keeps gRPC's callback queue alive to the end of the process. All channels and
// servers that use the callback API share one such queue; when the last of them
// is destroyed, gRPC 1.51 tears it down and races with its own polling threads,
// which now and then aborts the process ("assertion failed: prior > 0"). Call
// it before the first channel or server is made; later calls do nothing.
// Thread-safe.
void HoldCallbackQueue();

}  // namespace emotion
