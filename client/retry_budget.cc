#include "client/retry_budget.h"

#include <algorithm>
#include <cmath>

namespace emotion::client {
namespace {

constexpr std::int64_t kToken = 1000;

}  // namespace

RetryBudget::RetryBudget(const RetryBudgetOptions& options)
    : max_tokens_(options.max_tokens * kToken),
      refund_(std::llround(options.token_ratio * kToken)),
      tokens_(max_tokens_) {}

void RetryBudget::OnSuccess() {
  std::lock_guard lock(mutex_);
  tokens_ = std::min(max_tokens_, tokens_ + refund_);
}

void RetryBudget::OnFailure() {
  std::lock_guard lock(mutex_);
  tokens_ = std::max<std::int64_t>(0, tokens_ - kToken);
}

bool RetryBudget::AllowsRetry() const {
  std::lock_guard lock(mutex_);
  return MoreThanHalf();
}

bool RetryBudget::TakeForHedge() {
  std::lock_guard lock(mutex_);
  if (!MoreThanHalf()) return false;
  tokens_ = std::max<std::int64_t>(0, tokens_ - kToken);
  return true;
}

}  // namespace emotion::client
