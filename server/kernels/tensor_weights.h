#pragma once

#include <ATen/core/Dict.h>
#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "server/kernels/mobilebert_weights.h"

namespace emotion::kernels {

using TensorDict = c10::Dict<std::string, at::Tensor>;

// MobileBertWeights over the tensors of a model file, which model/PACKAGE.md
// lists by name. Keeps fp32 copies where a tensor has another floating-point
// type; int8 weights are read as they are.
class TensorWeights {
 public:
  // Throws c10::Error if a tensor is missing or has an impossible type or
  // shape, or the kernels cannot take the model (see FindFault).
  explicit TensorWeights(const TensorDict& tensors);

  const MobileBertWeights& weights() const { return weights_; }

 private:
  at::Tensor Find(const std::string& name) const;
  std::span<const float> Floats(const std::string& name);
  LinearWeights Linear(const std::string& name);
  LayerWeights Layer(const std::string& name);

  const TensorDict& tensors_;
  // What the spans of weights_ point into.
  std::vector<at::Tensor> kept_;
  MobileBertWeights weights_;
};

}  // namespace emotion::kernels
