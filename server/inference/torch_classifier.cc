#include "server/inference/torch_classifier.h"

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/script.h>
#include <torch/version.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <map>
#include <utility>

namespace emotion {
namespace {

// Forward passes after which buffers and caches are warm.
constexpr int kWarmUpPasses = 2;

// A tensor over memory that the caller keeps alive; nothing is copied.
torch::Tensor View(std::span<const std::int64_t> values) {
  return torch::from_blob(const_cast<std::int64_t*>(values.data()),
                          {static_cast<std::int64_t>(values.size())},
                          torch::kInt64);
}

// The first line of a message that says something; torch's begin with an empty
// one and end with a stack.
std::string FirstLine(const std::string& message) {
  const std::size_t begin = message.find_first_not_of("\n ");
  if (begin == std::string::npos) return "no reason given";
  return message.substr(begin, message.find('\n', begin) - begin);
}

}  // namespace

struct TorchClassifier::Model {
  torch::jit::Module module;
  Layout layout;
  // A logit for each label of each head.
  std::size_t columns;
  Calibration calibration;

  // Logits [dialogues, columns], contiguous fp32. Throws what torch throws.
  torch::Tensor Forward(const TokenBatch& batch);
  torch::Tensor ForwardPadded(const TokenBatch& batch);
  torch::Tensor Run(std::vector<torch::jit::IValue> inputs);
};

torch::Tensor TorchClassifier::Model::Run(
    std::vector<torch::jit::IValue> inputs) {
  const torch::jit::IValue output = module.forward(std::move(inputs));
  const torch::Tensor logits = output.isTuple()
                                   ? output.toTuple()->elements()[0].toTensor()
                                   : output.toTensor();
  return logits.to(torch::kFloat32).contiguous();
}

torch::Tensor TorchClassifier::Model::Forward(const TokenBatch& batch) {
  if (layout == Layout::kPadded) return ForwardPadded(batch);
  return Run({View(batch.token_ids()), View(batch.segment_ids()),
              View(batch.offsets())});
}

// Dialogues of equal length are stacked into one matrix, so no row is padded
// and the attention mask is all ones: a stock model's logits change with the
// padding beside them, and a dialogue's answer must not depend on its
// neighbours. The map orders by length, so equal batches run in
// equal order.
torch::Tensor TorchClassifier::Model::ForwardPadded(const TokenBatch& batch) {
  const auto offsets = batch.offsets();
  std::map<std::int64_t, std::vector<std::int64_t>> dialogues_by_length;
  for (std::size_t i = 0; i < batch.dialogues(); ++i) {
    dialogues_by_length[offsets[i + 1] - offsets[i]].push_back(
        static_cast<std::int64_t>(i));
  }
  torch::Tensor logits =
      torch::empty({static_cast<std::int64_t>(batch.dialogues()),
                    static_cast<std::int64_t>(columns)});
  for (const auto& [length, dialogues] : dialogues_by_length) {
    std::vector<torch::Tensor> ids;
    std::vector<torch::Tensor> segments;
    for (const std::int64_t i : dialogues) {
      const auto begin = static_cast<std::size_t>(offsets[i]);
      const auto size = static_cast<std::size_t>(length);
      ids.push_back(View(batch.token_ids().subspan(begin, size)));
      segments.push_back(View(batch.segment_ids().subspan(begin, size)));
    }
    const torch::Tensor rows = torch::stack(ids);
    logits.index_copy_(
        0, torch::tensor(dialogues),
        Run({rows, torch::ones_like(rows), torch::stack(segments)}));
  }
  return logits;
}

TorchClassifier::TorchClassifier(std::unique_ptr<Model> model)
    : model_(std::move(model)) {}

TorchClassifier::~TorchClassifier() = default;

Result<std::unique_ptr<TorchClassifier>> TorchClassifier::Create(
    const std::filesystem::path& model_file, const Manifest& manifest) {
  try {
    auto model = std::make_unique<Model>(Model{
        torch::jit::load(model_file.string(), torch::kCPU), manifest.layout,
        manifest.heads * manifest.labels.size(), manifest.calibration});
    model->module.eval();
    std::unique_ptr<TorchClassifier> classifier(
        new TorchClassifier(std::move(model)));

    TokenBatch batch;
    for (const GoldenDialogue& golden : manifest.golden) {
      batch.Add({golden.token_ids, golden.segment_ids, {}, 0});
    }
    for (int pass = 0; pass < kWarmUpPasses; ++pass) {
      const Result<std::vector<Prediction>> predictions =
          classifier->Predict(batch);
      if (!predictions.ok()) {
        return Status(
            StatusCode::kFailedPrecondition,
            model_file.string() + ": " + predictions.status().message());
      }
    }
    return classifier;
  } catch (const std::exception& error) {
    return Status(StatusCode::kFailedPrecondition,
                  model_file.string() + ": cannot be loaded as TorchScript: " +
                      FirstLine(error.what()));
  }
}

Result<std::vector<Prediction>> TorchClassifier::Predict(
    const TokenBatch& batch) {
  const auto rows = static_cast<std::int64_t>(batch.dialogues());
  const auto columns = static_cast<std::int64_t>(model_->columns);
  try {
    // No autograd: neither graphs nor version counters are kept.
    const c10::InferenceMode inference_mode;
    // The export has frozen and fused the graph. The executor's own passes find
    // nothing more, and compare all weights with each other for seconds.
    const torch::jit::GraphOptimizerEnabledGuard no_optimizer(false);
    const torch::Tensor logits = model_->Forward(batch);
    if (logits.dim() != 2 || logits.size(0) != rows ||
        logits.size(1) != columns) {
      return Status(StatusCode::kInternal,
                    "the model gave logits of another shape than [" +
                        std::to_string(rows) + ", " + std::to_string(columns) +
                        "]");
    }
    const std::span<const float> values(
        logits.const_data_ptr<float>(),
        static_cast<std::size_t>(logits.numel()));
    // A package whose numbers overflow must not serve probabilities of NaN.
    if (!std::all_of(values.begin(), values.end(),
                     [](float value) { return std::isfinite(value); })) {
      return Status(StatusCode::kInternal,
                    "the model gave a logit that is not finite");
    }
    std::vector<Prediction> predictions;
    predictions.reserve(batch.dialogues());
    for (std::size_t i = 0; i < batch.dialogues(); ++i) {
      predictions.push_back(model_->calibration.Apply(
          values.subspan(i * model_->columns, model_->columns)));
    }
    return predictions;
  } catch (const std::exception&) {
    return Status(StatusCode::kInternal, "the model failed on this batch");
  }
}

void TorchClassifier::SetThreads(std::size_t threads) {
  at::set_num_threads(static_cast<int>(threads));
}

std::string TorchClassifier::LibraryVersion() { return TORCH_VERSION; }

}  // namespace emotion
