#include "server/kernels/mobilebert_weights.h"

namespace emotion::kernels {
namespace {

// With every width a multiple of 64 no kernel has a loop for remainders: a
// panel has at most 32 columns, a step of prepare reads at most 64 values, and
// a head has 32.
constexpr std::size_t kMultiple = 64;

// Checks linears one after another and keeps the first fault.
class Inspector {
 public:
  void Size(const char* name, std::size_t size) {
    if (size == 0 || size % kMultiple != 0) {
      Report(std::string(name) + " is " + std::to_string(size) +
             "; expected a multiple of 64");
    }
  }

  void Count(const std::string& name, std::size_t found, std::size_t expected) {
    if (found != expected) {
      Report(name + " has " + std::to_string(found) + " numbers; expected " +
             std::to_string(expected));
    }
  }

  void Linear(const std::string& name, const LinearWeights& linear,
              std::size_t inputs, std::size_t outputs, bool residual) {
    if (linear.inputs != inputs || linear.outputs != outputs) {
      Report(name + " goes from " + std::to_string(linear.inputs) + " to " +
             std::to_string(linear.outputs) + "; expected " +
             std::to_string(inputs) + " to " + std::to_string(outputs));
      return;
    }
    if (linear.int8_weight.empty()) {
      Count(name + ".weight", linear.weight.size(), inputs * outputs);
    } else {
      Count(name + ".weight", linear.int8_weight.size(), inputs * outputs);
      Count(name + ".scale", linear.scale.size(), outputs);
    }
    Count(name + ".bias", linear.bias.size(), outputs);
    Count(name + ".residual", linear.residual_scale.size(),
          residual ? outputs : 0);
  }

  void Report(const std::string& fault) {
    if (fault_.empty()) fault_ = fault;
  }
  const std::string& fault() const { return fault_; }

 private:
  std::string fault_;
};

void InspectLayer(const std::string& name, const LayerWeights& layer,
                  const MobileBertShape& shape, Inspector& inspector) {
  const std::size_t inner = shape.inner;
  inspector.Linear(name + "wide", layer.wide, shape.hidden, 3 * inner, false);
  inspector.Linear(name + "narrow", layer.narrow, inner, 2 * inner, false);
  inspector.Linear(name + "mix", layer.mix, inner, inner, true);
  inspector.Count(name + "up", layer.up.size(), shape.feed_forwards);
  inspector.Count(name + "down", layer.down.size(), shape.feed_forwards);
  for (const LinearWeights& up : layer.up) {
    inspector.Linear(name + "up", up, inner, shape.intermediate, false);
  }
  for (const LinearWeights& down : layer.down) {
    inspector.Linear(name + "down", down, shape.intermediate, inner, true);
  }
  inspector.Linear(name + "widen", layer.widen, inner, shape.hidden, true);
}

}  // namespace

std::string FindFault(const MobileBertWeights& weights) {
  const MobileBertShape& shape = weights.shape;
  Inspector inspector;
  inspector.Size("hidden", shape.hidden);
  inspector.Size("inner", shape.inner);
  inspector.Size("embedding", shape.embedding);
  inspector.Size("intermediate", shape.intermediate);
  inspector.Count("words", weights.words.size(),
                  shape.vocabulary * shape.embedding);
  inspector.Count("positions", weights.positions.size(),
                  shape.positions * shape.hidden);
  inspector.Count("segments", weights.segments.size(),
                  shape.segments * shape.hidden);
  inspector.Linear("transform", weights.transform, 3 * shape.embedding,
                   shape.hidden, true);
  inspector.Count("layers", weights.layers.size(), shape.layers);
  if (weights.layers.empty()) inspector.Report("layers is empty");
  for (std::size_t i = 0; i < weights.layers.size(); ++i) {
    InspectLayer("layers." + std::to_string(i) + ".", weights.layers[i], shape,
                 inspector);
  }
  if (weights.pooler.outputs != 0) {
    inspector.Linear("pooler", weights.pooler, shape.hidden, shape.hidden,
                     false);
  }
  inspector.Linear("classifier", weights.classifier, shape.hidden, shape.labels,
                   false);
  return inspector.fault();
}

}  // namespace emotion::kernels
