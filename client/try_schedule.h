#pragma once

#include <chrono>
#include <optional>

#include "client/retry_budget.h"
#include "client/retry_policy.h"

namespace emotion::client {

// Decides when one call sends its next try: again after a failure, or as a
// hedge beside tries that are not answered. The caller has one alarm, to which
// all waits refer; a new wait replaces the one before.
//
// The rules are those of gRFC A6, with retries and hedges together:
// - A hedge is due `hedge_after` after the last try, if the budget pays it.
// - A failure that is not transient ends the call, whatever else is under way.
// - A transient failure is retried as WaitBeforeRetry says, if the budget
//   allows; tries that still run may answer before.
// - Push-back ends hedging for this call, and sets or forbids the next try.
//
// A state machine without clock or thread; not thread-safe.
class TrySchedule {
 public:
  using Wait = std::optional<std::chrono::milliseconds>;

  // The options are copied; `budget` must outlive this.
  TrySchedule(const RetryOptions& retry, const HedgeOptions& hedge,
              RetryBudget& budget);

  struct Sent {
    // Whether this try is a hedge.
    bool hedge = false;
    // Set the alarm to this, if there is a value: a hedge is due then.
    Wait wait{};
  };
  // A try goes out now: the first one, or what OnAlarm gave leave for.
  Sent OnSent();

  // The alarm rang. True: send a try now.
  bool OnAlarm();

  struct AfterFailure {
    // Nothing else will bring an answer: the call has failed with this.
    bool over = false;
    // Otherwise: set the alarm anew, if there is a value.
    Wait wait{};
  };
  // A try failed. `failed.tries` is filled in here; `hedge` is what OnSent
  // said of it.
  AfterFailure OnFailed(FailedTry failed, bool hedge);

  // A try was answered: the call is over.
  void OnAnswered() { budget_.OnSuccess(); }

 private:
  enum class Due { kNothing, kFirst, kRetry, kHedge };

  const RetryOptions retry_;
  const HedgeOptions hedge_;
  RetryBudget& budget_;

  Due due_ = Due::kFirst;
  bool may_hedge_ = true;
  bool may_retry_ = true;
  int tries_ = 0;
  int hedges_ = 0;
  int running_ = 0;
};

}  // namespace emotion::client
