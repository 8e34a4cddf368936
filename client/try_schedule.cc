#include "client/try_schedule.h"

#include <utility>

namespace emotion::client {

TrySchedule::TrySchedule(const RetryOptions& retry, const HedgeOptions& hedge,
                         RetryBudget& budget)
    : retry_(retry), hedge_(hedge), budget_(budget) {}

TrySchedule::Sent TrySchedule::OnSent() {
  ++running_;
  const bool hedge = std::exchange(due_, Due::kNothing) == Due::kHedge;
  ++(hedge ? hedges_ : tries_);
  if (!may_hedge_ || hedges_ >= hedge_.max_hedges) return {.hedge = hedge};
  due_ = Due::kHedge;
  return {.hedge = hedge, .wait = hedge_.hedge_after};
}

bool TrySchedule::OnAlarm() {
  if (due_ == Due::kHedge && !budget_.TakeForHedge()) due_ = Due::kNothing;
  return due_ != Due::kNothing;
}

TrySchedule::AfterFailure TrySchedule::OnFailed(FailedTry failed, bool hedge) {
  --running_;
  if (!IsTransient(failed)) return {.over = true};
  if (!hedge) budget_.OnFailure();
  if (failed.push_back_ms) {
    may_hedge_ = false;
    may_retry_ = may_retry_ && *failed.push_back_ms >= 0;
    due_ = Due::kNothing;
  }
  Wait wait;
  if (may_retry_ && due_ != Due::kRetry && budget_.AllowsRetry()) {
    failed.tries = tries_;
    wait = WaitBeforeRetry(retry_, failed);
  }
  if (wait) due_ = Due::kRetry;
  return {.over = running_ == 0 && due_ != Due::kRetry, .wait = wait};
}

}  // namespace emotion::client
