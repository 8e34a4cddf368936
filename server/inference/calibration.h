#pragma once

#include <span>
#include <vector>

#include "server/domain/prediction.h"

namespace emotion {

// Turns the model's logits into probabilities that can be believed:
//
//   probabilities = softmax((logits + bias) / temperature)
//
// The bias carries the shift of class shares from the training data to the
// traffic, the temperature the model's over- or under-confidence. Both come
// from the model package. Immutable, thread-safe.
struct Calibration {
  // Above 0; 1 changes nothing.
  float temperature = 1.0F;
  // One value a label, in label order.
  std::vector<float> bias;

  // REQUIRES: as many logits as biases, at least one, all finite.
  Prediction Apply(std::span<const float> logits) const;
};

}  // namespace emotion
