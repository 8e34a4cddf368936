#include "server/batching/batch_policy.h"

#include <algorithm>

namespace emotion {
namespace {

bool AnyDeadlineBy(std::span<const WaitingItem> items, Clock::TimePoint time) {
  return std::any_of(
      items.begin(), items.end(),
      [time](const WaitingItem& item) { return item.deadline <= time; });
}

Clock::TimePoint OldestArrival(std::span<const WaitingItem> items) {
  return std::ranges::min_element(items, {}, &WaitingItem::enqueued_at)
      ->enqueued_at;
}

}  // namespace

BatchPolicy::BatchPolicy(const BatchOptions& options)
    : max_items_(options.max_batch_items),
      max_tokens_(options.max_batch_tokens),
      max_time_(options.max_batch_time),
      max_delay_(options.max_delay) {}

// Takes items one by one as long as all budgets hold with them. A deadline
// bounds the batch only while the batch can still meet it: an item that will be
// late even if it runs alone gives no reason to make the others wait for a
// batch of their own.
BatchPolicy::Run BatchPolicy::LongestRun(std::span<const WaitingItem> waiting,
                                         Clock::TimePoint now,
                                         const CostModel& cost) const {
  std::size_t tokens = 0;
  // The first deadline in the run that it meets.
  Clock::TimePoint deadline = Clock::TimePoint::max();
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    const WaitingItem& item = waiting[i];
    if (i == max_items_) return {i, BatchReason::kFull};
    if (i > 0 && (tokens > max_tokens_ || item.tokens > max_tokens_ - tokens)) {
      return {i, BatchReason::kTokenBudget};
    }
    const Clock::Duration time = cost.TimeFor(i + 1, tokens + item.tokens);
    const Clock::TimePoint end = now + time;
    if (i > 0 && cost.known() && (time > max_time_ || end > deadline)) {
      return {i, BatchReason::kTimeBudget};
    }
    tokens += item.tokens;
    if (item.deadline >= end) deadline = std::min(deadline, item.deadline);
  }
  if (waiting.size() == max_items_) return {max_items_, BatchReason::kFull};
  if (tokens >= max_tokens_) return {waiting.size(), BatchReason::kTokenBudget};
  return {waiting.size(), std::nullopt};
}

BatchDecision BatchPolicy::Decide(std::span<const WaitingItem> waiting,
                                  Clock::TimePoint now, bool closing,
                                  const CostModel& cost) const {
  if (waiting.empty()) return {};
  const auto [take, ended_by] = LongestRun(waiting, now, cost);
  if (ended_by) return {.take = take, .reason = *ended_by};
  if (closing) return {.take = take, .reason = BatchReason::kDrain};
  if (max_delay_ == Clock::Duration::zero()) {
    return {.take = take, .reason = BatchReason::kIdle};
  }
  const Clock::TimePoint delay_over = OldestArrival(waiting) + max_delay_;
  if (now >= delay_over || AnyDeadlineBy(waiting, delay_over)) {
    return {.take = take, .reason = BatchReason::kDelay};
  }
  return {.wait_until = delay_over};
}

}  // namespace emotion
