#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/custom_class.h>
#include <torch/library.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <tuple>

#include "server/kernels/dispatch.h"
#include "server/kernels/mobilebert.h"
#include "server/kernels/tensor_weights.h"

namespace emotion::kernels {
namespace {

Precision ParsePrecision(const std::string& name) {
  for (const Precision precision :
       {Precision::kFp32, Precision::kBf16, Precision::kInt8}) {
    if (name == PrecisionName(precision)) return precision;
  }
  TORCH_CHECK(false, "precision is '", name,
              "'; expected 'fp32', 'bf16' or 'int8'");
}

const KernelTable& ChooseKernels(Precision precision, const std::string& name) {
  for (const KernelTable* kernels : UsableKernels(precision)) {
    if (name.empty() || name == kernels->name) return *kernels;
  }
  TORCH_CHECK(false, "there are no kernels '", name,
              "' of this precision for this processor");
}

// The model of a TorchScript file: torch.classes.emotion.MobileBert. One that
// was read from a file keeps no tensors, only what is packed from them, and
// cannot be saved again.
class TorchMobileBert : public torch::CustomClassHolder {
 public:
  using State = std::tuple<std::string, TensorDict>;

  // `kernels` is a KernelTable::name; empty: the fastest.
  TorchMobileBert(const std::string& precision, const TensorDict& tensors,
                  const std::string& kernels)
      : model_(TensorWeights(tensors).weights(),
               ChooseKernels(ParsePrecision(precision), kernels)),
        tensors_(tensors) {}

  State Save() const {
    TORCH_CHECK(tensors_.has_value(),
                "a model that was read from a file cannot be saved");
    return {precision(), *tensors_};
  }
  static c10::intrusive_ptr<TorchMobileBert> Load(const State& state) {
    auto loaded = c10::make_intrusive<TorchMobileBert>(std::get<0>(state),
                                                       std::get<1>(state), "");
    loaded->tensors_.reset();
    return loaded;
  }

  std::string precision() const {
    return std::string(PrecisionName(model_.kernels().precision));
  }
  std::string kernels() const { return model_.kernels().name; }
  const MobileBert& model() const { return model_; }

 private:
  MobileBert model_;
  std::optional<TensorDict> tensors_;
};

std::span<const std::int64_t> Span(const at::Tensor& tensor, const char* name) {
  TORCH_CHECK(tensor.scalar_type() == at::kLong && tensor.dim() == 1 &&
                  tensor.is_contiguous(),
              name, " must be a contiguous list of int64");
  return {tensor.const_data_ptr<std::int64_t>(),
          static_cast<std::size_t>(tensor.numel())};
}

// The kernels use ids and offsets as indexes of memory without looking.
// Whatever comes through TorchScript passes these checks first.
void CheckBelow(std::span<const std::int64_t> values, std::size_t limit,
                const char* name) {
  const auto end = static_cast<std::uint64_t>(limit);
  for (const std::int64_t value : values) {
    TORCH_CHECK_INDEX(static_cast<std::uint64_t>(value) < end, name, " holds ",
                      value, "; expected 0 to ", limit - 1);
  }
}

void CheckBatch(const PackedBatch& batch, const MobileBertShape& shape) {
  const auto& offsets = batch.offsets;
  TORCH_CHECK(
      offsets.size() >= 2 && offsets.front() == 0 &&
          offsets.back() == static_cast<std::int64_t>(batch.token_ids.size()) &&
          batch.segment_ids.size() == batch.token_ids.size(),
      "offsets must go from 0 to the number of tokens");
  for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
    const std::int64_t length = offsets[i + 1] - offsets[i];
    TORCH_CHECK(
        length >= 1 && length <= static_cast<std::int64_t>(shape.positions),
        "dialogue ", i, " has ", length, " tokens; expected 1 to ",
        shape.positions);
  }
  CheckBelow(batch.token_ids, shape.vocabulary, "token_ids");
  CheckBelow(batch.segment_ids, shape.segments, "segment_ids");
}

// The calling thread's own team, of as many threads as torch would use. An
// operator receives tensors and no context, so the memory and the threads of
// the previous call are found by the thread that calls: the server's workers
// live as long as it does.
Executor& ThisThreadsExecutor() {
  static thread_local std::unique_ptr<Executor> executor;
  const auto threads =
      static_cast<std::size_t>(std::max(1, at::get_num_threads()));
  if (!executor || executor->threads() != threads) {
    executor = std::make_unique<Executor>(threads);
  }
  return *executor;
}

at::Tensor Forward(const c10::intrusive_ptr<TorchMobileBert>& model,
                   const at::Tensor& token_ids, const at::Tensor& segment_ids,
                   const at::Tensor& offsets) {
  const PackedBatch batch{Span(token_ids, "token_ids"),
                          Span(segment_ids, "segment_ids"),
                          Span(offsets, "offsets")};
  const MobileBertShape& shape = model->model().shape();
  CheckBatch(batch, shape);
  at::Tensor logits =
      at::empty({offsets.numel() - 1, static_cast<std::int64_t>(shape.labels)},
                at::kFloat);
  model->model().Forward(batch, ThisThreadsExecutor(),
                         {logits.mutable_data_ptr<float>(),
                          static_cast<std::size_t>(logits.numel())});
  return logits;
}

}  // namespace

TORCH_LIBRARY(emotion, library) {
  library.class_<TorchMobileBert>("MobileBert")
      .def(torch::init<std::string, TensorDict, std::string>())
      .def("precision", &TorchMobileBert::precision)
      .def("kernels", &TorchMobileBert::kernels)
      .def_pickle(
          [](const c10::intrusive_ptr<TorchMobileBert>& self) {
            return self->Save();
          },
          [](const TorchMobileBert::State& state) {
            return TorchMobileBert::Load(state);
          });
  library.def(
      "mobilebert(__torch__.torch.classes.emotion.MobileBert model, "
      "Tensor token_ids, Tensor segment_ids, Tensor offsets) -> Tensor",
      &Forward);
}

}  // namespace emotion::kernels
