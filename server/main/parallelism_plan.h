#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "common/clock.h"
#include "server/batching/cost_model.h"
#include "server/domain/encoding.h"
#include "server/inference/classifier.h"
#include "server/main/parallelism_options.h"

namespace emotion {

// How the CPUs are divided, and what a batch then takes.
struct ParallelismPlan {
  std::size_t workers = 1;
  std::size_t threads = 1;
  CostModel cost{};
};

// Divides `cpus` by measurement: of 1, 2, 4 threads a worker, the most whose
// workers together classify at least 90 % of what the best choice does, because
// more threads answer a single dialogue sooner. Workers times threads never
// exceed `cpus` unless `overrides` say so. With both of them only the cost is
// measured.
//
// `set_threads` says how many threads a forward pass uses. Batches are made of
// `dialogues`, at least one. Takes about `budget`, measured with `clock`, a
// little more for slow models, since each size is run at least once.
ParallelismPlan PlanParallelism(
    std::size_t cpus, ParallelismOptions overrides, Classifier& classifier,
    const std::function<void(std::size_t)>& set_threads,
    std::span<const Encoding> dialogues, Clock& clock, Clock::Duration budget);

// What batches of `dialogues` take, of one and of many, on the threads that are
// set. Takes about `budget`; each size is run at least once. Where other work
// runs beside, the shortest of a few runs counts.
CostModel MeasureCost(Classifier& classifier,
                      std::span<const Encoding> dialogues, Clock& clock,
                      Clock::Duration budget);

}  // namespace emotion
