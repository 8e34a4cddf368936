#pragma once

#include <chrono>
#include <cstddef>

#include "server/base/status.h"
#include "server/batching/batch_options.h"
#include "server/batching/drain_rate.h"

namespace emotion {

// The doorkeeper's book: counts what waits in the queue and says whether one
// more item may. Not thread-safe.
class Admission {
 public:
  // REQUIRES: options.Validate() is OK.
  explicit Admission(const BatchOptions& options);

  // Counts an item of `tokens` if the result is OK, and does nothing otherwise:
  //   RESOURCE_EXHAUSTED "queue_full": it does not fit. Come back after
  //     retry_after, when about all that waits now will have been worked off.
  //   UNAVAILABLE "draining": Close() was called. Go elsewhere.
  // An empty queue admits an item of any size, so that no item is impossible.
  Status Admit(std::size_t tokens);

  // An admitted item of `tokens` left, whatever the way.
  void Release(std::size_t tokens);

  // A worker took `busy` for a batch of `tokens`; feeds retry_after.
  void RecordDone(std::size_t tokens, Clock::Duration busy);

  // From here on Admit() refuses. May be called again.
  void Close() { closed_ = true; }

  bool closed() const { return closed_; }
  std::size_t items() const { return items_; }
  std::size_t tokens() const { return tokens_; }

 private:
  std::size_t max_items_;
  std::size_t max_tokens_;
  std::size_t items_ = 0;
  std::size_t tokens_ = 0;
  bool closed_ = false;
  DrainRate drain_rate_;
};

}  // namespace emotion
