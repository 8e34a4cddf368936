#pragma once

#include <chrono>
#include <cstddef>

#include "common/status.h"
#include "server/batching/cost_model.h"

namespace emotion {

// How much may wait and in which order, how much may run at once, and how long
// to wait for company. The defaults suit short dialogues on a few cores.
struct BatchOptions {
  // The most items that may wait at a time, 1 to 1,000,000. One more is
  // refused. More room rides out longer bursts but lets callers wait longer
  // for an answer that may come too late. Leave it alone unless callers send
  // larger bursts than this and can afford the wait.
  std::size_t max_queue_items = 1024;

  // The most tokens that may wait at a time, 1 to 100,000,000. This bounds the
  // wait itself, since a batch costs what its tokens cost: divide it by the
  // tokens a second that the machine does to get the longest wait. An item
  // larger than this is still admitted when nothing else waits.
  std::size_t max_queue_tokens = 32768;

  // How much of both limits bulk items may take up, 1 to 100 percent; one of
  // them may always wait. The rest is kept for interactive items, so that a
  // backlog of bulk never locks them out. At 100 it can.
  std::size_t max_bulk_percent = 80;

  // How long a bulk item lets interactive ones overtake it, 0 to 600,000
  // milliseconds; then it counts as one of them. Less means that bulk waits
  // less behind a steady stream of interactive items; but where bulk alone
  // waits longer than this, interactive items wait behind it too. So keep it
  // above the time that the machine needs for bulk's share of the queue. At 0
  // all are served in the order of arrival.
  std::chrono::milliseconds max_bulk_overtaking{10'000};

  // The most items in one batch, 1 to 65,536. The token budget is the better
  // bound; this one keeps a batch of tiny items from delaying its first answer.
  // Leave it alone unless a measurement says otherwise.
  std::size_t max_batch_items = 64;

  // The most tokens in one batch, 1 to 10,000,000. Larger batches use the
  // machine better up to a point, and make everybody in them, and behind them,
  // wait for the slowest. An item larger than this runs alone.
  std::size_t max_batch_tokens = 2048;

  // The longest a batch may take by the measured cost, 1 to 600,000
  // milliseconds; larger ones are cut, down to one item. Less makes answers
  // come sooner under load, up to the point where small batches use the
  // machine badly. Without a measured cost it bounds nothing.
  std::chrono::milliseconds max_batch_time{50};

  // What a batch takes on this machine. Not for operators: it is measured.
  CostModel cost{};

  // How long an item may wait for company while a worker is idle, 0 to
  // 1,000,000 microseconds. At 0 an idle worker takes at once what waits, and
  // batches form by themselves while all workers are busy. A delay pays only
  // where a batch of two costs much less than two batches of one; it is added
  // to every answer under light load. Leave it at 0 otherwise.
  std::chrono::microseconds max_delay{0};

  // How many batches run at a time, 1 to 256, a thread each. More than one
  // helps where a single batch cannot keep the machine busy; on a machine that
  // it does, workers only take turns on the same cores.
  std::size_t workers = 1;

  // OK, or INVALID_ARGUMENT for the first value that is out of range; names
  // the field, the value and the range.
  Status Validate() const;
};

}  // namespace emotion
