#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "common/clock.h"
#include "common/result.h"
#include "common/status.h"
#include "server/batching/admission.h"
#include "server/batching/batch.h"
#include "server/batching/batch_options.h"
#include "server/batching/batch_policy.h"
#include "server/batching/cost_tracker.h"
#include "server/batching/waiting_list.h"

namespace emotion {

// The only place where a request waits: bounded, in the order of WaitingList,
// that is interactive items first and bulk items never starved. Callers push
// items and never wait; workers pop batches and wait for them.
//
// An admitted item leaves exactly once: in a batch's `items`, in a batch's
// `expired`, or through Cancel(). The queue never answers for an item and
// destroys one only in its own destructor.
//
// Thread-safe. No item is destroyed, and nothing foreign but the clock and an
// item's size(), deadline(), priority(), group() and move is called, while the
// lock is held.
template <BatchItem Item>
class BatchQueue {
 public:
  // What waits at one moment; the age is zero if nothing does. `items` counts
  // all, `bulk_items` those of them that came as bulk.
  struct WaitingStats {
    std::size_t items = 0;
    std::size_t bulk_items = 0;
    std::size_t tokens = 0;
    Clock::Duration oldest_age{0};
  };

  // Fails as BatchOptions::Validate() does. `clock` must outlive the queue.
  static Result<std::unique_ptr<BatchQueue>> Create(const BatchOptions& options,
                                                    Clock& clock) {
    if (Status status = options.Validate(); !status.ok()) return status;
    return std::unique_ptr<BatchQueue>(new BatchQueue(options, clock));
  }

  BatchQueue(const BatchQueue&) = delete;
  BatchQueue& operator=(const BatchQueue&) = delete;
  // REQUIRES: no other thread uses the queue any more. What still waits is
  // destroyed.
  ~BatchQueue() = default;

  // Takes the item if, and only if, the result is OK; a refused item is
  // untouched and stays with the caller. Refusals are those of
  // Admission::Admit(): "queue_full" and "draining".
  Result<Ticket> Push(Item&& item) {
    std::unique_lock lock(mutex_);
    Result<Ticket> ticket = Append(item);
    lock.unlock();
    if (ticket.ok()) arrived_.notify_one();
    return ticket;
  }

  // Pushes the longest prefix of `items` that fits, in one step, so that no
  // other caller's item comes between them. The first tickets.size() of `items`
  // are moved from; the others are untouched.
  Admitted PushAll(std::span<Item> items) {
    Admitted admitted;
    admitted.tickets.reserve(items.size());
    std::unique_lock lock(mutex_);
    for (Item& item : items) {
      Result<Ticket> ticket = Append(item);
      if (!ticket.ok()) {
        admitted.status = std::move(ticket).status();
        break;
      }
      admitted.tickets.push_back(*ticket);
    }
    lock.unlock();
    if (!admitted.tickets.empty()) arrived_.notify_one();
    return admitted;
  }

  // Hands the item back, with the time it entered, if it still waits. Nothing
  // if it has left already: whoever popped it answers it. Takes constant time.
  std::optional<QueuedItem<Item>> Cancel(Ticket ticket) {
    const std::lock_guard lock(mutex_);
    auto entry = waiting_.Take(ticket);
    if (!entry) return std::nullopt;
    return Release(*std::move(entry));
  }

  // Waits until BatchPolicy lets a batch go, and takes it. Every expired item
  // comes out with it; if any is found while the policy would rather wait, it
  // is handed over at once, alone. Nothing: the queue is closed and empty, and
  // will stay so.
  std::optional<Batch<Item>> PopBatch() {
    Batch<Item> batch;
    std::unique_lock lock(mutex_);
    for (;;) {
      const Clock::TimePoint now = clock_.Now();
      waiting_.TakeExpired(now, [&](Entry&& entry) {
        batch.expired.push_back(Release(std::move(entry)));
      });
      const auto candidates = waiting_.FindCandidates(policy_.lookahead(), now);
      const BatchGroup* const group = waiting_.group();
      const CostModel measured = group ? group->cost : CostModel();
      const BatchDecision decision = policy_.Decide(
          candidates, now, admission_.closed(), cost_.Scaled(measured));
      if (decision.take > 0 || !batch.expired.empty()) {
        Take(decision, batch);
        batch.cost = measured;
        batch.formed_at = clock_.Now();
        batch.assembly = batch.formed_at - now;
        break;
      }
      if (admission_.closed()) return std::nullopt;
      clock_.WaitUntil(arrived_, lock, decision.wait_until);
    }
    // What is left may be a batch for another worker.
    const bool more = !waiting_.empty();
    lock.unlock();
    if (more) arrived_.notify_one();
    return batch;
  }

  // Workers report how long a batch took, whose group costs `measured`;
  // retry_after and the size of the next batches are made of it.
  void RecordDone(const CostModel& measured, std::size_t items,
                  std::size_t tokens, Clock::Duration busy) {
    const std::lock_guard lock(mutex_);
    admission_.RecordDone(tokens, busy);
    cost_.Record(measured.TimeFor(items, tokens), busy);
  }

  // Refuses pushes from here on and wakes all workers, which take what still
  // waits without delay. Safe to call again.
  void Close() {
    {
      const std::lock_guard lock(mutex_);
      admission_.Close();
    }
    arrived_.notify_all();
  }

  // For scraping.
  WaitingStats Stats() const {
    const std::lock_guard lock(mutex_);
    WaitingStats stats{.items = admission_.items(),
                       .bulk_items = admission_.bulk_items(),
                       .tokens = admission_.tokens()};
    if (!waiting_.empty()) {
      stats.oldest_age = clock_.Now() - waiting_.oldest_arrival();
    }
    return stats;
  }

  const BatchOptions& options() const { return options_; }

 private:
  using Entry = typename WaitingList<Item>::Entry;

  BatchQueue(const BatchOptions& options, Clock& clock)
      : options_(options),
        policy_(options),
        clock_(clock),
        admission_(options),
        waiting_(options.max_bulk_overtaking) {}

  // All below REQUIRE: mutex_ is held.

  Result<Ticket> Append(Item& item) {
    const std::size_t tokens = item.size();
    admission_.Assume(item.group()->cost);
    if (Status status = admission_.Admit(tokens, item.priority());
        !status.ok()) {
      return status;
    }
    return waiting_.Append(std::move(item), tokens, clock_.Now());
  }

  // Frees the place of an entry that has just left.
  QueuedItem<Item> Release(Entry&& entry) {
    admission_.Release(entry.facts.tokens, entry.priority);
    return {std::move(entry.item), entry.facts.enqueued_at};
  }

  void Take(const BatchDecision& decision, Batch<Item>& batch) {
    batch.reason = decision.reason;
    batch.items.reserve(decision.take);
    waiting_.TakeCandidates(decision.take, [&](Entry&& entry) {
      batch.tokens += entry.facts.tokens;
      batch.items.push_back(Release(std::move(entry)));
    });
  }

  // Fixed after construction.
  const BatchOptions options_;
  const BatchPolicy policy_;
  Clock& clock_;

  mutable std::mutex mutex_;
  // Signalled when an item arrives or is left over, and on Close().
  std::condition_variable arrived_;

  // Guarded by mutex_.
  Admission admission_;
  CostTracker cost_;
  WaitingList<Item> waiting_;
};

}  // namespace emotion
