#include "server/inference/calibration.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <iterator>

namespace emotion {

Prediction Calibration::Apply(std::span<const float> logits) const {
  assert(!bias.empty() && logits.size() >= (head + 1) * bias.size());
  Prediction prediction;
  prediction.logits.assign(logits.begin(), logits.end());

  const auto own = logits.subspan(head * bias.size(), bias.size());
  std::vector<float>& p = prediction.probabilities;
  p.resize(own.size());
  for (std::size_t i = 0; i < p.size(); ++i) {
    p[i] = (own[i] + bias[i]) / temperature;
  }
  const auto top = std::max_element(p.begin(), p.end());
  prediction.label = static_cast<std::size_t>(std::distance(p.begin(), top));

  // The largest exponent is 0, so nothing overflows.
  const float largest = *top;
  float sum = 0;
  for (float& value : p) {
    value = std::exp(value - largest);
    sum += value;
  }
  for (float& value : p) value /= sum;
  return prediction;
}

}  // namespace emotion
