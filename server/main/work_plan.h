#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "common/clock.h"
#include "server/batching/cost_model.h"
#include "server/domain/encoding.h"
#include "server/inference/classifier.h"

namespace emotion {

// How the CPUs are shared out, and what a batch then takes.
struct WorkPlan {
  std::size_t workers = 1;
  std::size_t threads = 1;
  CostModel cost;
};

// What an operator has fixed; 0: free.
struct WorkWishes {
  std::size_t workers = 0;
  std::size_t threads = 0;
};

// Shares out `cpus` by measurement: of 1, 2, 4 threads a worker, the most whose
// workers together judge at least 90 % of what the best choice does, because
// more threads answer a single dialogue sooner. Workers times threads never
// exceed `cpus` unless the operator says so. With both wishes fixed only the
// cost is measured.
//
// `set_threads` tells the model how many threads to use. Batches are made of
// `dialogues`, at least one. Takes about `budget`, measured with `clock`, a
// little more for slow models, since each size is run at least once.
WorkPlan PlanWork(std::size_t cpus, WorkWishes wishes, Classifier& classifier,
                  const std::function<void(std::size_t)>& set_threads,
                  std::span<const Encoding> dialogues, Clock& clock,
                  Clock::Duration budget);

}  // namespace emotion
