#include "tests/kernels/random_model.h"

#include <algorithm>
#include <cmath>

namespace emotion::kernels {

std::span<const float> RandomNumbers::Normal(std::size_t count,
                                             float deviation) {
  std::normal_distribution<float> normal(0, deviation);
  std::vector<float>& values = numbers_.emplace_back(count);
  for (float& value : values) value = normal(random_);
  return values;
}

std::span<const float> RandomNumbers::Ones(std::size_t count) {
  return numbers_.emplace_back(count, 1.0F);
}

LinearWeights RandomNumbers::Linear(std::size_t inputs, std::size_t outputs,
                                    bool residual, float gain) {
  LinearWeights linear;
  linear.inputs = inputs;
  linear.outputs = outputs;
  linear.weight =
      Normal(inputs * outputs, gain / std::sqrt(static_cast<float>(inputs)));
  linear.bias = Normal(outputs, 0.1F);
  if (residual) linear.residual_scale = Normal(outputs, 1.0F);
  return linear;
}

std::size_t RandomNumbers::Index(std::size_t size) {
  return std::uniform_int_distribution<std::size_t>(0, size - 1)(random_);
}

MobileBertShape SmallShape() {
  MobileBertShape shape;
  shape.hidden = 128;
  shape.inner = 64;
  shape.embedding = 64;
  shape.intermediate = 192;
  shape.feed_forwards = 2;
  shape.layers = 3;
  shape.vocabulary = 50;
  shape.positions = 160;
  shape.segments = 2;
  shape.labels = 5;
  return shape;
}

MobileBertWeights RandomModel(const MobileBertShape& shape, bool pooler,
                              RandomNumbers& numbers) {
  MobileBertWeights model;
  model.shape = shape;
  model.words = numbers.Normal(shape.vocabulary * shape.embedding, 1);
  model.positions = numbers.Normal(shape.positions * shape.hidden, 0.3F);
  model.segments = numbers.Normal(shape.segments * shape.hidden, 0.3F);
  model.transform = numbers.Linear(3 * shape.embedding, shape.hidden, false);
  model.transform.residual_scale = numbers.Ones(shape.hidden);
  for (std::size_t i = 0; i < shape.layers; ++i) {
    LayerWeights layer;
    layer.wide = numbers.Linear(shape.hidden, 3 * shape.inner, false);
    layer.narrow = numbers.Linear(shape.inner, 2 * shape.inner, false);
    layer.mix = numbers.Linear(shape.inner, shape.inner, true, 0.5F);
    for (std::size_t k = 0; k < shape.feed_forwards; ++k) {
      layer.up.push_back(
          numbers.Linear(shape.inner, shape.intermediate, false));
      layer.down.push_back(
          numbers.Linear(shape.intermediate, shape.inner, true, 0.5F));
    }
    layer.widen = numbers.Linear(shape.inner, shape.hidden, true, 0.5F);
    model.layers.push_back(layer);
  }
  if (pooler) model.pooler = numbers.Linear(shape.hidden, shape.hidden, false);
  model.classifier = numbers.Linear(shape.hidden, shape.labels, false);
  return model;
}

OwnedBatch OwnedBatch::Only(std::size_t i) const {
  OwnedBatch only;
  only.token_ids.assign(token_ids.begin() + offsets[i],
                        token_ids.begin() + offsets[i + 1]);
  only.segment_ids.assign(segment_ids.begin() + offsets[i],
                          segment_ids.begin() + offsets[i + 1]);
  only.offsets.push_back(offsets[i + 1] - offsets[i]);
  return only;
}

OwnedBatch RandomBatch(const std::vector<std::size_t>& lengths,
                       const MobileBertShape& shape, RandomNumbers& numbers) {
  OwnedBatch batch;
  for (const std::size_t length : lengths) {
    for (std::size_t i = 0; i < length; ++i) {
      batch.token_ids.push_back(
          static_cast<std::int64_t>(numbers.Index(shape.vocabulary)));
      batch.segment_ids.push_back(
          static_cast<std::int64_t>(numbers.Index(shape.segments)));
    }
    batch.offsets.push_back(static_cast<std::int64_t>(batch.token_ids.size()));
  }
  return batch;
}

std::vector<const KernelTable*> AllUsableKernels() {
  std::vector<const KernelTable*> all;
  for (const Precision precision :
       {Precision::kFp32, Precision::kBf16, Precision::kInt8}) {
    const auto usable = UsableKernels(precision);
    all.insert(all.end(), usable.begin(), usable.end());
  }
  return all;
}

std::string KernelTestName(
    const testing::TestParamInfo<const KernelTable*>& parameter) {
  const KernelTable& table = *parameter.param;
  std::string name = std::string(PrecisionName(table.precision)) + "_" +
                     table.name + "_" + std::to_string(parameter.index);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

}  // namespace emotion::kernels
