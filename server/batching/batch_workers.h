#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "common/clock.h"
#include "common/result.h"
#include "common/status.h"
#include "server/batching/batch.h"
#include "server/batching/batch_observer.h"
#include "server/batching/batch_queue.h"
#include "server/batching/worker_threads.h"

namespace emotion {

// The threads that empty a BatchQueue: BatchOptions::workers of them, each in
// turn pops a batch and gives it to the handler. They end when the queue is
// closed and drained.
//
// Order of calls: Start, then BatchQueue::Close, then Join. Not thread-safe:
// one owner, which is not the handler.
template <BatchItem Item>
class BatchWorkers {
 public:
  // Runs a batch on worker `worker` (0 to workers - 1), several at once on
  // different workers. Owns the batch and answers all of it, expired items too;
  // `items` may be empty. What it leaves unanswered is destroyed as it returns
  // or throws, so an item should answer for itself then. An exception ends
  // that batch only.
  using Handler = std::function<void(std::size_t worker, Batch<Item>&& batch)>;

  // Starts the threads. `queue`, `clock` and `observer` must outlive the
  // workers. INTERNAL if a thread cannot be started; `queue` is closed then.
  static Result<std::unique_ptr<BatchWorkers>> Start(BatchQueue<Item>& queue,
                                                     Clock& clock,
                                                     BatchObserver& observer,
                                                     Handler handler) {
    std::unique_ptr<BatchWorkers> workers(
        new BatchWorkers(queue, clock, observer, std::move(handler)));
    Status status = workers->threads_.Start(
        queue.options().workers,
        [self = workers.get()](std::size_t worker) { self->Run(worker); });
    if (!status.ok()) return status;
    return workers;
  }

  // Closes the queue, so that it cannot wait for ever, and joins.
  ~BatchWorkers() { queue_.Close(); }

  BatchWorkers(const BatchWorkers&) = delete;
  BatchWorkers& operator=(const BatchWorkers&) = delete;

  // Returns when the queue is drained and the last batch handled. May be called
  // again. REQUIRES: the queue is closed, or another thread will close it.
  void Join() { threads_.Join(); }

 private:
  BatchWorkers(BatchQueue<Item>& queue, Clock& clock, BatchObserver& observer,
               Handler handler)
      : queue_(queue),
        clock_(clock),
        observer_(observer),
        handler_(std::move(handler)) {}

  void Run(std::size_t worker) {
    while (std::optional<Batch<Item>> batch = queue_.PopBatch()) {
      if (batch->items.empty()) {
        Handle(worker, *std::move(batch));
      } else {
        HandleObserved(worker, *std::move(batch));
      }
    }
  }

  // Reports to the observer, and to the queue how fast it went. A batch that
  // failed says nothing about speed.
  void HandleObserved(std::size_t worker, Batch<Item>&& batch) {
    const std::size_t items = batch.items.size();
    const std::size_t tokens = batch.tokens;
    // The group itself may go with the batch's items.
    const CostModel cost = batch.cost;
    observer_.OnBatchFormed(items, tokens, batch.reason, batch.assembly);
    observer_.OnWorkerBusy(worker);
    const Clock::TimePoint begun = clock_.Now();
    const bool handled = Handle(worker, std::move(batch));
    const Clock::Duration busy = clock_.Now() - begun;
    if (handled) queue_.RecordDone(cost, items, tokens, busy);
    observer_.OnWorkerIdle(worker, busy);
  }

  // Whether the handler returned. The batch is gone afterwards, either way.
  bool Handle(std::size_t worker, Batch<Item> batch) {
    try {
      handler_(worker, std::move(batch));
      return true;
    } catch (...) {
      return false;
    }
  }

  BatchQueue<Item>& queue_;
  Clock& clock_;
  BatchObserver& observer_;
  const Handler handler_;
  WorkerThreads threads_;  // Last: joined before what the threads use goes.
};

}  // namespace emotion
