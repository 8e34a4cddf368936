#pragma once

#include <chrono>
#include <cstddef>

#include "common/option_range.h"
#include "common/status.h"

namespace emotion {

// How much may wait and in which order, how much may run at once, and how long
// to wait for more. The defaults suit short dialogues on a few cores.
struct BatchOptions {
  // The most items that may wait at a time. One more is
  // refused. More space rides out longer bursts but lets callers wait longer
  // for an answer that may come too late. Leave it alone unless callers send
  // larger bursts than this and can afford the wait.
  static constexpr OptionRange<std::size_t> kMaxQueueItems{.low = 1,
                                                           .high = 1'000'000};
  std::size_t max_queue_items = 1024;

  // The most tokens that may wait at a time. This bounds the
  // wait itself, since a batch costs what its tokens cost: divide it by the
  // tokens a second that the machine does to get the longest wait. An item
  // larger than this is still admitted when nothing else waits.
  static constexpr OptionRange<std::size_t> kMaxQueueTokens{
      .low = 1, .high = 100'000'000};
  std::size_t max_queue_tokens = 32768;

  // How much of both limits bulk items may take up in percent; one of
  // them may always wait. The rest is kept for interactive items, so that a
  // backlog of bulk never locks them out. At 100 it can.
  static constexpr OptionRange<std::size_t> kMaxBulkPercent{.low = 1,
                                                            .high = 100};
  std::size_t max_bulk_percent = 80;

  // How long a bulk item lets interactive ones overtake it;
  // then it counts as one of them. Less means that bulk waits
  // less behind a steady stream of interactive items; but where bulk alone
  // waits longer than this, interactive items wait behind it too. So keep it
  // above the time that the machine needs for bulk's share of the queue. At 0
  // all are served in the order of arrival.
  static constexpr OptionRange<std::chrono::milliseconds> kMaxBulkOvertaking{
      .low = std::chrono::milliseconds(0),
      .high = std::chrono::milliseconds(600'000)};
  std::chrono::milliseconds max_bulk_overtaking{10'000};

  // The most items in one batch. The token budget is the better
  // bound; this one keeps a batch of tiny items from delaying its first answer.
  // Leave it alone unless a measurement says otherwise.
  static constexpr OptionRange<std::size_t> kMaxBatchItems{.low = 1,
                                                           .high = 65'536};
  std::size_t max_batch_items = 64;

  // The most tokens in one batch. Larger batches use the
  // machine better up to a point, and make everybody in them, and behind them,
  // wait for the slowest. An item larger than this runs alone.
  static constexpr OptionRange<std::size_t> kMaxBatchTokens{.low = 1,
                                                            .high = 10'000'000};
  std::size_t max_batch_tokens = 2048;

  // The longest a batch may take by its group's measured cost; larger ones are
  // cut, down to one item. Less makes answers come sooner under load, up to the
  // point where small batches use the machine badly. Without a measured cost it
  // bounds nothing.
  static constexpr OptionRange<std::chrono::milliseconds> kMaxBatchTime{
      .low = std::chrono::milliseconds(1),
      .high = std::chrono::milliseconds(600'000)};
  std::chrono::milliseconds max_batch_time{50};

  // How long an item may wait for others while a worker is idle. At
  // 0 an idle worker takes at once what waits, and
  // batches form by themselves while all workers are busy. A delay pays only
  // where a batch of two costs much less than two batches of one; it is added
  // to every answer under light load. Leave it at 0 otherwise.
  static constexpr OptionRange<std::chrono::microseconds> kMaxDelay{
      .low = std::chrono::microseconds(0),
      .high = std::chrono::microseconds(1'000'000)};
  std::chrono::microseconds max_delay{0};

  // How many batches run at a time, a thread each. More than one
  // helps where a single batch cannot keep the machine busy; on a machine that
  // it does, workers only take turns on the same cores.
  static constexpr OptionRange<std::size_t> kWorkers{.low = 1, .high = 256};
  std::size_t workers = 1;

  // OK, or INVALID_ARGUMENT for the first value that is out of range; names
  // the field, the value and the range.
  Status Validate() const;
};

}  // namespace emotion
