#include "server/kernels/tensor_weights.h"

#include <ATen/ATen.h>

namespace emotion::kernels {
namespace {

std::size_t Size(const at::Tensor& tensor, std::int64_t dimension) {
  return static_cast<std::size_t>(tensor.size(dimension));
}

std::span<const float> FloatSpan(const at::Tensor& tensor) {
  return {tensor.const_data_ptr<float>(),
          static_cast<std::size_t>(tensor.numel())};
}

}  // namespace

// The file holds tensors and no configuration, so the shape follows from them:
// from the embeddings, the number of layers whose names are there, and the
// first layer. FindFault then holds everything against that shape.
TensorWeights::TensorWeights(const TensorDict& tensors) : tensors_(tensors) {
  MobileBertShape& shape = weights_.shape;
  const at::Tensor words = Find("words");
  const at::Tensor positions = Find("positions");
  TORCH_CHECK(words.dim() == 2 && positions.dim() == 2,
              "words and positions must be matrices");
  shape.vocabulary = Size(words, 0);
  shape.embedding = Size(words, 1);
  shape.positions = Size(positions, 0);
  shape.hidden = Size(positions, 1);
  weights_.words = Floats("words");
  weights_.positions = Floats("positions");
  weights_.segments = Floats("segments");
  shape.segments =
      weights_.segments.size() / std::max<std::size_t>(1, shape.hidden);
  weights_.transform = Linear("transform");
  while (tensors_.contains("layers." + std::to_string(weights_.layers.size()) +
                           ".wide.weight")) {
    weights_.layers.push_back(
        Layer("layers." + std::to_string(weights_.layers.size())));
  }
  shape.layers = weights_.layers.size();
  if (!weights_.layers.empty()) {
    const LayerWeights& layer = weights_.layers.front();
    shape.inner = layer.mix.outputs;
    shape.feed_forwards = layer.up.size();
    shape.intermediate = layer.up.empty() ? 0 : layer.up.front().outputs;
  }
  if (tensors_.contains("pooler.weight")) weights_.pooler = Linear("pooler");
  weights_.classifier = Linear("classifier");
  shape.labels = weights_.classifier.outputs;
  const std::string fault = FindFault(weights_);
  TORCH_CHECK(fault.empty(), "the kernels cannot take this model: ", fault);
}

at::Tensor TensorWeights::Find(const std::string& name) const {
  const auto found = tensors_.find(name);
  TORCH_CHECK(found != tensors_.end(), "there is no tensor '", name, "'");
  return found->value();
}

// to() and contiguous() return the tensor itself if there is nothing to do, so
// only what differs is copied; kept_ holds either alive.
std::span<const float> TensorWeights::Floats(const std::string& name) {
  const at::Tensor tensor = Find(name);
  TORCH_CHECK(tensor.is_floating_point(), name, " is ", tensor.scalar_type(),
              "; expected floating-point numbers");
  kept_.push_back(tensor.to(at::kFloat).contiguous());
  return FloatSpan(kept_.back());
}

LinearWeights TensorWeights::Linear(const std::string& name) {
  LinearWeights linear;
  const at::Tensor weight = Find(name + ".weight");
  TORCH_CHECK(weight.dim() == 2, name, ".weight has ", weight.dim(),
              " dimensions; expected 2");
  linear.outputs = Size(weight, 0);
  linear.inputs = Size(weight, 1);
  if (weight.scalar_type() == at::kChar) {
    kept_.push_back(weight.contiguous());
    linear.int8_weight = {kept_.back().const_data_ptr<std::int8_t>(),
                          static_cast<std::size_t>(weight.numel())};
    linear.scale = Floats(name + ".scale");
  } else {
    linear.weight = Floats(name + ".weight");
  }
  linear.bias = Floats(name + ".bias");
  if (tensors_.contains(name + ".residual")) {
    linear.residual_scale = Floats(name + ".residual");
  }
  return linear;
}

LayerWeights TensorWeights::Layer(const std::string& name) {
  LayerWeights layer;
  layer.wide = Linear(name + ".wide");
  layer.narrow = Linear(name + ".narrow");
  layer.mix = Linear(name + ".mix");
  const std::string ups = name + ".up.";
  const std::string downs = name + ".down.";
  for (std::size_t i = 0;; ++i) {
    const std::string up = ups + std::to_string(i);
    if (!tensors_.contains(up + ".weight")) break;
    layer.up.push_back(Linear(up));
    layer.down.push_back(Linear(downs + std::to_string(i)));
  }
  layer.widen = Linear(name + ".widen");
  return layer;
}

}  // namespace emotion::kernels
