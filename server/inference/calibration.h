#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "server/domain/prediction.h"

namespace emotion {

// Turns the model's logits into probabilities that can be believed:
//
//   probabilities = softmax((logits + bias) / temperature)
//
// The bias carries the shift of class shares from the training data to the
// traffic, the temperature the model's over- or under-confidence. A model may
// have a classifier, a head, of its own for a kind of traffic. All comes from
// the model package. Immutable, thread-safe.
struct Calibration {
  // Above 0; 1 changes nothing.
  float temperature = 1.0F;
  // One value a label, in label order.
  std::vector<float> bias;
  // Whose logits it reads, from 0.
  std::size_t head = 0;

  // `logits` are those of all heads, head by head. REQUIRES: at least head + 1
  // times as many as biases, of which there is one at least; all finite.
  Prediction Apply(std::span<const float> logits) const;
};

}  // namespace emotion
