#pragma once

#include <chrono>
#include <cstddef>

#include "common/option_range.h"
#include "common/status.h"

namespace emotion {

// What one call of the emotion service may hold, and how the server stops.
// Where it listens stands in listener_options.h.
struct ServiceOptions {
  // Dialogues that one ClassifyBatch may hold.
  static constexpr OptionRange<std::size_t> kMaxBatchDialogues{.low = 1,
                                                               .high = 4096};
  std::size_t max_batch_dialogues = 128;

  // How long the server goes on answering after health says NOT_SERVING, so
  // that load balancers look elsewhere first.
  static constexpr OptionRange<std::chrono::milliseconds> kLameDuck{
      .low = std::chrono::milliseconds(0), .high = std::chrono::minutes(10)};
  std::chrono::milliseconds lame_duck{0};

  // How long calls in flight may take to end after that, before they are
  // cancelled.
  static constexpr OptionRange<std::chrono::milliseconds> kDrainTimeout{
      .low = std::chrono::milliseconds(0), .high = std::chrono::minutes(10)};
  std::chrono::milliseconds drain_timeout{10000};

  // INVALID_ARGUMENT names the field, its value and the range.
  Status Validate() const;
};

}  // namespace emotion
