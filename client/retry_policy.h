#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "server/base/status.h"

namespace emotion::client {

// How often and how patiently a failed call is tried again.
struct RetryOptions {
  // Tries in all, the first one included. 1 means no retry.
  int max_tries = 4;
  // Wait before the second try when the server gave no hint; doubles each time.
  std::chrono::milliseconds first_wait{50};
  // No wait without a hint is longer than this.
  std::chrono::milliseconds max_wait{1000};
};

// A try that failed, as far as the decision needs it.
struct FailedTry {
  StatusCode code = StatusCode::kUnavailable;
  // Tries made so far, this one included: at least 1.
  int tries = 1;
  // The server's `grpc-retry-pushback-ms`, if it sent one. Negative means: do
  // not retry (gRFC A6, "Pushback").
  std::optional<std::int64_t> push_back_ms;
  // What is left of the call's one deadline.
  std::chrono::milliseconds remaining{0};
  // From 0 to 1, drawn anew for each try: it spreads clients that failed
  // together.
  double jitter = 0;
};

// How long to wait before the next try, or nothing: give up. A pure function.
//
// Only UNAVAILABLE is retried, and RESOURCE_EXHAUSTED when the server said how
// long to wait; everything else would fail again or could be done twice. The
// server's hint is honoured to the millisecond. Without one the wait is
// w * (1 + jitter) / 2 with w = min(max_wait, first_wait * 2^(tries - 1)).
// A wait that would not end before the deadline is given up at once, so that
// the caller hears the true reason while it is still of use.
std::optional<std::chrono::milliseconds> WaitBeforeRetry(
    const RetryOptions& options, const FailedTry& failed);

}  // namespace emotion::client
