#include "server/batching/batch_options.h"

namespace emotion {

Status BatchOptions::Validate() const {
  return FirstFailure({
      CheckRange("max_queue_items", max_queue_items, kMaxQueueItems),
      CheckRange("max_queue_tokens", max_queue_tokens, kMaxQueueTokens),
      CheckRange("max_bulk_percent", max_bulk_percent, kMaxBulkPercent),
      CheckRange("max_bulk_overtaking", max_bulk_overtaking,
                 kMaxBulkOvertaking),
      CheckRange("max_batch_items", max_batch_items, kMaxBatchItems),
      CheckRange("max_batch_tokens", max_batch_tokens, kMaxBatchTokens),
      CheckRange("max_batch_time", max_batch_time, kMaxBatchTime),
      CheckRange("max_delay", max_delay, kMaxDelay),
      CheckRange("workers", workers, kWorkers),
  });
}

}  // namespace emotion
