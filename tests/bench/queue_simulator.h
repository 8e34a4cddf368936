#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "common/result.h"

namespace emotion {

// One replica, as it was measured. A batch of k dialogues with n tokens takes
//   batch_us + k * dialogue_us + n * token_us
// microseconds, times a slowdown: `alone` while no other worker runs a batch,
// `together` while all do (with one worker: for a single dialogue, for more).
// To that comes one of `jitter_us`, all of which are equally likely.
struct SimulatedReplica {
  std::size_t workers = 1;
  double batch_us = 0;
  double dialogue_us = 0;
  double token_us = 0;
  double alone = 1;
  double together = 1;
  // What a call takes beside its batch.
  double overhead_us = 0;
  std::vector<double> jitter_us = {0};  // Not empty.
  std::size_t max_batch_items = 64;
  std::size_t max_batch_tokens = 2048;
  std::chrono::milliseconds max_batch_time{50};
};

// What arrives, one dialogue a call, whatever the rate. All of one length, and
// not empty.
struct SimulatedTraffic {
  std::vector<double> gaps;  // Between arrivals, 1 on average.
  std::vector<std::size_t> tokens;
  std::vector<double> luck;  // In [0, 1): draws the jitter of each batch.
};

// What callers see, and how the workers are used. The first tenth of the
// dialogues, which met idle workers, is not in the times.
struct SimulatedBehaviour {
  double p50_seconds = 0;
  double p99_seconds = 0;
  double busy = 0;   // Of the workers' time, 0 to 1.
  double batch = 0;  // Dialogues in a batch, on average.
};

// Runs all of `traffic` at `rate` dialogues a second through the server's own
// BatchQueue, in simulated time: the same input has the same answer. The queue
// refuses nothing, no dialogue has a deadline, and all are interactive.
// What the queue knows of a batch's cost begins as it is while all workers are
// busy, and follows the batches from there on as in the server.
//
// Stops when a dialogue has waited for more than `limit_seconds`, which both
// times then are: the queue grows without bound, or the objective is lost.
// INVALID_ARGUMENT for limits of a batch that the queue does not take.
// REQUIRES: rate > 0.
Result<SimulatedBehaviour> SimulateQueue(const SimulatedReplica& replica,
                                         const SimulatedTraffic& traffic,
                                         double rate, double limit_seconds);

}  // namespace emotion
