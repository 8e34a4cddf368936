#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "common/status.h"

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

// Whether a request that is not answered for a while is sent once more, to be
// quick in spite of one slow server: the first answer wins, the other tries
// are cancelled. It costs the servers work; off by default.
struct HedgeOptions {
  // Copies of one request at most, beyond the tries of RetryOptions: 0 (none)
  // to 5.
  int max_hedges = 0;
  // Time without an answer, since the last try was sent, after which a copy
  // goes out. From 1 ms to 1 h.
  std::chrono::milliseconds hedge_after{100};
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

// Whether another try could mend it: UNAVAILABLE, and RESOURCE_EXHAUSTED if the
// server said how long to wait or that nobody should. A pure function.
bool IsTransient(const FailedTry& failed);

// How long to wait before the next try, or nothing: give up. A pure function.
//
// Only what is transient is retried; everything else would fail again. The
// server's hint is honoured to the millisecond. Without one the wait is
// w * (1 + jitter) / 2 with w = min(max_wait, first_wait * 2^(tries - 1)).
// A wait that would not end before the deadline is given up at once, so that
// the caller gets the true reason while it is still of use.
std::optional<std::chrono::milliseconds> WaitBeforeRetry(
    const RetryOptions& options, const FailedTry& failed);

}  // namespace emotion::client
