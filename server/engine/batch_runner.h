#pragma once

#include <cstddef>
#include <span>

#include "common/clock.h"
#include "server/batching/batch.h"
#include "server/engine/request.h"
#include "server/engine/request_observer.h"
#include "server/engine/request_outcome.h"
#include "server/engine/shadow_runner.h"

namespace emotion {

// Runs the batches that leave the queue and answers all that is in them: packs
// the dialogues, runs the model that they share, and gives each its answer, or
// the reason why there is none.
//
// A batch that fails is halved, and its halves again, until what fails is one
// dialogue: so one bad dialogue of n costs 2 log2(n) forward passes more, over
// twice the tokens, and harms nobody else. A model that fails on everything
// costs each batch log2(n) times its tokens more.
//
// Thread-safe, like the model it runs. Borrows all.
class BatchRunner {
 public:
  BatchRunner(Clock& clock, RequestObserver& observer, ShadowRunner& shadows)
      : clock_(clock),
        observer_(observer),
        outcome_(observer),
        shadows_(shadows) {}

  // Answers the expired ones and runs the others. Blocks for the forward pass.
  void Run(Batch<Request> batch) const;

 private:
  using Items = std::span<QueuedItem<Request>>;

  void RunItems(Items items, Clock::TimePoint formed_at) const;
  void Answer(QueuedItem<Request>& queued, Prediction prediction,
              const Timings& timings, Clock::TimePoint end) const;

  Clock& clock_;
  RequestObserver& observer_;
  const RequestOutcome outcome_;
  ShadowRunner& shadows_;
};

}  // namespace emotion
