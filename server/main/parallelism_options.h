#pragma once

#include <cstddef>

#include "common/option_range.h"

namespace emotion {

// How the CPUs are divided, where the operator knows better than a measurement;
// 0: as measured at the start.
struct ParallelismOptions {
  // How many batches run at a time, a thread each.
  static constexpr OptionRange<std::size_t> kWorkers{.low = 0, .high = 256};
  std::size_t workers = 0;

  // Threads that one forward pass may use.
  static constexpr OptionRange<std::size_t> kThreads{.low = 0, .high = 256};
  std::size_t threads = 0;
};

}  // namespace emotion
