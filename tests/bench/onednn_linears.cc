#include "tests/bench/onednn_linears.h"

#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "server/kernels/mobilebert_weights.h"

namespace emotion::bench {
namespace {

using at::Tensor;

class QuantizedLinear {
 public:
  QuantizedLinear(std::int64_t inputs, std::int64_t outputs, bool relu)
      : relu_(relu),
        inputs_(inputs),
        outputs_(outputs),
        scales_(torch::full({outputs}, 0.01)),
        zeros_(torch::zeros({outputs}, torch::kInt)),
        bias_(torch::zeros({outputs})) {
    const Tensor weight =
        torch::randint(-127, 128, {outputs, inputs}, torch::kChar);
    torch::jit::Stack stack{weight, c10::IValue()};
    Operator("onednn::qlinear_prepack").callBoxed(stack);
    packed_ = stack.at(0).toTensor();
  }

  double operations(std::size_t tokens) const {
    return 2.0 * static_cast<double>(tokens) * static_cast<double>(inputs_) *
           static_cast<double>(outputs_);
  }
  std::int64_t inputs() const { return inputs_; }

  void Run(const Tensor& input) {
    torch::jit::Stack stack{input,
                            0.05,
                            std::int64_t{128},
                            packed_,
                            scales_,
                            zeros_,
                            bias_,
                            1.0,
                            std::int64_t{0},
                            c10::ScalarType::Float,
                            relu_ ? "relu" : "none",
                            c10::List<std::optional<c10::Scalar>>(),
                            ""};
    run_.callBoxed(stack);
  }

 private:
  static c10::OperatorHandle Operator(const char* name) {
    return c10::Dispatcher::singleton().findSchemaOrThrow(name, "");
  }

  bool relu_;
  std::int64_t inputs_;
  std::int64_t outputs_;
  c10::OperatorHandle run_ = Operator("onednn::qlinear_pointwise");
  Tensor packed_;
  Tensor scales_;
  Tensor zeros_;
  Tensor bias_;
};

// In the order of a pass, and each with weights of its own as in a model.
std::vector<QuantizedLinear> MakeLinears() {
  const kernels::MobileBertShape shape;
  const auto hidden = static_cast<std::int64_t>(shape.hidden);
  const auto inner = static_cast<std::int64_t>(shape.inner);
  const auto intermediate = static_cast<std::int64_t>(shape.intermediate);
  std::vector<QuantizedLinear> linears;
  for (std::size_t layer = 0; layer < shape.layers; ++layer) {
    linears.emplace_back(hidden, 3 * inner, false);
    linears.emplace_back(inner, 2 * inner, false);
    linears.emplace_back(inner, inner, false);
    for (std::size_t i = 0; i < shape.feed_forwards; ++i) {
      linears.emplace_back(inner, intermediate, true);
      linears.emplace_back(intermediate, inner, false);
    }
    linears.emplace_back(inner, hidden, false);
  }
  return linears;
}

}  // namespace

double MeasureOneDnnLinears(std::size_t tokens, double seconds) {
  const torch::InferenceMode guard;
  at::set_num_threads(1);
  std::vector<QuantizedLinear> linears = MakeLinears();
  const auto widest =
      std::max_element(linears.begin(), linears.end(), [](auto& a, auto& b) {
        return a.inputs() < b.inputs();
      })->inputs();
  std::vector<Tensor> inputs(static_cast<std::size_t>(widest) + 1);
  double operations = 0;
  for (const QuantizedLinear& linear : linears) {
    operations += linear.operations(tokens);
    inputs[static_cast<std::size_t>(linear.inputs())] = torch::randint(
        0, 256, {static_cast<std::int64_t>(tokens), linear.inputs()},
        torch::kByte);
  }
  const auto pass = [&] {
    for (QuantizedLinear& linear : linears) {
      linear.Run(inputs[static_cast<std::size_t>(linear.inputs())]);
    }
  };
  pass();
  const auto begin = std::chrono::steady_clock::now();
  std::size_t passes = 0;
  double elapsed = 0;
  while (elapsed < seconds) {
    pass();
    ++passes;
    elapsed =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
            .count();
  }
  return operations * static_cast<double>(passes) / elapsed / 1e9;
}

}  // namespace emotion::bench
