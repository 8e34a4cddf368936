#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "common/clock.h"
#include "server/batching/batch_observer.h"
#include "server/batching/batch_options.h"
#include "server/batching/cost_model.h"

namespace emotion {

// What the policy may know of an item that waits.
struct WaitingItem {
  std::size_t tokens = 0;
  Clock::TimePoint enqueued_at;
  Clock::TimePoint deadline = Clock::TimePoint::max();
};

// What an idle worker should do.
struct BatchDecision {
  // How many items to take, from the first on; 0: wait.
  std::size_t take = 0;
  // Why these and why now. Without meaning if take is 0.
  BatchReason reason = BatchReason::kIdle;
  // If take is 0: when to ask again, unless something arrives before.
  // TimePoint::max(): only then.
  Clock::TimePoint wait_until = Clock::TimePoint::max();
};

// Decides when a batch goes and who is in it. Pure: the same input has the same
// answer, nothing is read or kept beside it. Safe for use by many threads.
//
// The rules, in this order:
//  1. A batch is the longest run of the first items that holds at most
//     max_batch_items and max_batch_tokens. The first item is always in it, so
//     one that is over the token budget goes alone.
//  2. A batch that cannot grow goes at once: kFull or kTokenBudget.
//  3. Closing: it goes at once, kDrain.
//  4. Without a delay it goes at once, kIdle.
//  5. With a delay it goes when its oldest item has waited that long, or at
//     once if a deadline in it would pass before that: kDelay. Waiting nearly
//     until that deadline would leave no time to run.
class BatchPolicy {
 public:
  // REQUIRES: options.Validate() is OK.
  explicit BatchPolicy(const BatchOptions& options);

  // The lookahead: how many of the first items Decide() looks at.
  std::size_t lookahead() const { return max_items_; }

  // What an idle worker should do at `now`. `waiting` holds the first
  // lookahead() of the items that may go together, or all if there are fewer,
  // in the order in which they are to go and without expired ones. `cost` is
  // what batches take now.
  BatchDecision Decide(std::span<const WaitingItem> waiting,
                       Clock::TimePoint now, bool closing,
                       const CostModel& cost) const;

 private:
  // The longest run that keeps the budgets, and the budget that ended it, if
  // one did.
  struct Run {
    std::size_t take = 0;
    std::optional<BatchReason> ended_by;
  };
  Run LongestRun(std::span<const WaitingItem> waiting, Clock::TimePoint now,
                 const CostModel& cost) const;

  std::size_t max_items_;
  std::size_t max_tokens_;
  Clock::Duration max_time_;
  Clock::Duration max_delay_;
};

}  // namespace emotion
