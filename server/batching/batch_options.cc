#include "server/batching/batch_options.h"

#include "common/option_range.h"

namespace emotion {

Status BatchOptions::Validate() const {
  return FirstFailure({
      CheckRange("max_queue_items", max_queue_items, 1, 1'000'000),
      CheckRange("max_queue_tokens", max_queue_tokens, 1, 100'000'000),
      CheckRange("max_bulk_percent", max_bulk_percent, 1, 100),
      CheckRange("max_bulk_overtaking", max_bulk_overtaking.count(), 0, 600'000,
                 "ms"),
      CheckRange("max_batch_items", max_batch_items, 1, 65'536),
      CheckRange("max_batch_tokens", max_batch_tokens, 1, 10'000'000),
      CheckRange("max_batch_time", max_batch_time.count(), 1, 600'000, "ms"),
      CheckRange("max_delay", max_delay.count(), 0, 1'000'000, "us"),
      CheckRange("workers", workers, 1, 256),
  });
}

}  // namespace emotion
