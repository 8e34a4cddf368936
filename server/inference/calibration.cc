#include "server/inference/calibration.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <iterator>

namespace emotion {

// Temperature scaling (Guo et al., arXiv 1706.04599) with a bias for each
// label: the temperature fits the confidence, the bias the prior. By Bayes'
// rule, if the classes are as frequent as q in the traffic and as p in the
// training data, the logit of class i moves by log(q_i / p_i). The label is
// chosen after both, since the bias, unlike the temperature, can change it.
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
