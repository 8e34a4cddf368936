#pragma once

#include <cstddef>
#include <vector>

namespace emotion {

// The model's result for one dialogue, in the label order of the model package.
struct Prediction {
  // Index of the most probable label.
  std::size_t label = 0;
  // Calibrated; they add up to 1.
  std::vector<float> probabilities;
  // As the model gave them, before calibration: of all heads, head by head.
  std::vector<float> logits;
};

}  // namespace emotion
