#include "client/retry_policy.h"

#include <algorithm>

namespace emotion::client {

using std::chrono::milliseconds;

bool IsTransient(const FailedTry& failed) {
  return failed.code == StatusCode::kUnavailable ||
         (failed.code == StatusCode::kResourceExhausted &&
          failed.push_back_ms.has_value());
}

std::optional<milliseconds> WaitBeforeRetry(const RetryOptions& options,
                                            const FailedTry& failed) {
  if (failed.tries >= options.max_tries) return std::nullopt;
  const bool hinted = failed.push_back_ms.has_value();
  if (!IsTransient(failed) || (hinted && *failed.push_back_ms < 0))
    return std::nullopt;

  milliseconds wait;
  if (hinted) {
    wait = milliseconds(*failed.push_back_ms);
  } else {
    wait = options.first_wait;
    for (int i = 1; i < failed.tries && wait < options.max_wait; ++i) wait *= 2;
    wait = std::min(wait, options.max_wait);
    const double part = (1 + std::clamp(failed.jitter, 0.0, 1.0)) / 2;
    wait = milliseconds(
        static_cast<std::int64_t>(static_cast<double>(wait.count()) * part));
  }
  if (wait >= failed.remaining) return std::nullopt;
  return wait;
}

}  // namespace emotion::client
