#pragma once

#include <chrono>
#include <cstddef>

#include "common/priority.h"
#include "common/status.h"
#include "server/batching/batch_options.h"
#include "server/batching/drain_rate.h"

namespace emotion {

// Admission control: counts what waits in the queue and says whether one more
// item may. Not thread-safe.
//
// Bulk items have a share of the queue's limits, BatchOptions::max_bulk_percent
// of them. The rest is kept for interactive ones, so that a backlog of bulk
// never locks them out; nobody who waits is ever put out again.
class Admission {
 public:
  // REQUIRES: options.Validate() is OK.
  explicit Admission(const BatchOptions& options);

  // Counts an item of `tokens` if the result is OK, and does nothing otherwise:
  //   RESOURCE_EXHAUSTED "queue_full": it does not fit, into the queue or into
  //     the share of bulk. Come back after retry_after, when about all that
  //     waits now will have been worked off.
  //   UNAVAILABLE "draining": Close() was called. Go elsewhere.
  // An empty queue admits an item of any size, and a share in which nothing
  // waits one of any size that fits into the queue, so that no item is
  // impossible.
  Status Admit(std::size_t tokens, Priority priority);

  // An admitted item left, whatever the way, with what it was admitted with.
  void Release(std::size_t tokens, Priority priority);

  // What batches should cost; feeds retry_after until one has been measured.
  void Assume(const CostModel& cost);

  // A worker took `busy` for a batch of `tokens`; feeds retry_after.
  void RecordDone(std::size_t tokens, Clock::Duration busy);

  // From here on Admit() refuses. May be called again.
  void Close() { closed_ = true; }

  bool closed() const { return closed_; }
  // What waits; bulk_items() of the items are bulk.
  std::size_t items() const { return all_.items; }
  std::size_t tokens() const { return all_.tokens; }
  std::size_t bulk_items() const { return bulk_.items; }

 private:
  struct Load {
    std::size_t items = 0;
    std::size_t tokens = 0;
  };

  static bool Fits(const Load& load, const Load& limit, std::size_t tokens);
  // `what` of the queue is full.
  Status Refuse(const char* what, const Load& load, const Load& limit,
                std::size_t tokens) const;

  const Load limit_;
  const Load bulk_limit_;
  Load all_;
  Load bulk_;
  bool closed_ = false;
  DrainRate drain_rate_;
};

}  // namespace emotion
