#pragma once

#include <cstdint>
#include <mutex>

namespace emotion::client {

// How much a client may add to the load of servers that fail.
struct RetryBudgetOptions {
  // Tokens in a full bucket, from 1 to 1000.
  int max_tokens = 100;
  // Tokens that a call that succeeds puts back, from 0.001 to 1000; counted in
  // thousandths.
  double token_ratio = 0.1;
};

// One bucket for all calls of a client, after "Throttling Retry Attempts and
// Hedged RPCs" of gRFC A6: it begins full, a try that fails takes a token, a
// call that succeeds puts token_ratio back, and while it holds no more than
// half of its tokens nothing is retried or hedged. So a server that fails all
// the time soon gets no more than one request for each call. Unlike in A6 a
// hedge takes its token when it is sent: a server that is merely slow gets at
// most token_ratio hedges for each call in the long run.
//
// Thread-safe; reads no clock.
class RetryBudget {
 public:
  // REQUIRES: the options are in range.
  explicit RetryBudget(const RetryBudgetOptions& options);

  void OnSuccess();
  // A try failed in a way that asks for another try, or forbids it.
  void OnFailure();
  // Whether a failed call may be tried again now.
  bool AllowsRetry() const;
  // Whether a hedge may be sent now; if so, it is paid for.
  bool TakeForHedge();

 private:
  bool MoreThanHalf() const { return tokens_ > max_tokens_ / 2; }

  const std::int64_t max_tokens_;
  const std::int64_t refund_;
  mutable std::mutex mutex_;
  // In thousandths. Guarded by mutex_.
  std::int64_t tokens_;
};

}  // namespace emotion::client
