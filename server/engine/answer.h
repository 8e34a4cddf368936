#pragma once

#include <bitset>
#include <chrono>
#include <cstddef>

#include "server/domain/dialogue.h"
#include "server/domain/prediction.h"
#include "server/models/loaded_model.h"

namespace emotion {

// Where the time of one dialogue went, and the batch it rode in.
struct Timings {
  std::chrono::nanoseconds tokenize{0};
  std::chrono::nanoseconds queue{0};
  // Of the whole batch.
  std::chrono::nanoseconds compute{0};
  std::size_t batch_dialogues = 0;
  std::size_t batch_tokens = 0;
};

// What the engine answers for one dialogue.
struct Answer {
  // Who gave it: the label's name and all that is said of the model come from
  // here. Never null.
  LoadedModelPtr model;
  Prediction prediction;
  // Bit i is set if turn i (0 is the oldest) was cut.
  std::bitset<kMaxTurns> truncated_turns;
  // Special tokens included.
  std::size_t tokens = 0;
  Timings timings;
};

}  // namespace emotion
