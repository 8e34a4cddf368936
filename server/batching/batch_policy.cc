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
      max_delay_(options.max_delay) {}

BatchDecision BatchPolicy::Decide(std::span<const WaitingItem> waiting,
                                  Clock::TimePoint now, bool closing) const {
  if (waiting.empty()) return {};

  std::size_t take = 1;
  std::size_t tokens = waiting.front().tokens;
  bool fits = true;
  while (take < waiting.size() && take < max_items_) {
    const std::size_t next = waiting[take].tokens;
    fits = tokens <= max_tokens_ && next <= max_tokens_ - tokens;
    if (!fits) break;
    tokens += next;
    ++take;
  }

  if (take == max_items_) return {.take = take, .reason = BatchReason::kFull};
  if (!fits || tokens >= max_tokens_) {
    return {.take = take, .reason = BatchReason::kTokenBudget};
  }
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
