#include "tests/kernels/plain_reference.h"

#include <algorithm>
#include <cmath>

namespace emotion::kernels {
namespace {

using Row = std::vector<double>;
using Matrix = std::vector<Row>;

Row Linear(const LinearWeights& linear, const Row& x,
           const Row& residual = {}) {
  Row y(linear.outputs);
  for (std::size_t i = 0; i < y.size(); ++i) {
    y[i] = linear.bias[i];
    for (std::size_t j = 0; j < x.size(); ++j) {
      y[i] += static_cast<double>(linear.weight[i * linear.inputs + j]) * x[j];
    }
    if (!residual.empty()) y[i] += residual[i] * linear.residual_scale[i];
  }
  return y;
}

Row Part(const Row& x, std::size_t begin, std::size_t size) {
  return {x.begin() + static_cast<std::ptrdiff_t>(begin),
          x.begin() + static_cast<std::ptrdiff_t>(begin + size)};
}

Row Relu(Row x) {
  for (double& value : x) value = std::max(value, 0.0);
  return x;
}

Matrix Columns(const Matrix& rows, std::size_t begin) {
  Matrix columns;
  for (const Row& row : rows) columns.push_back(Part(row, begin, kHeadSize));
  return columns;
}

Row Embed(const MobileBertWeights& model, const std::vector<std::size_t>& ids,
          std::size_t segment, std::size_t at) {
  const std::size_t width = model.shape.embedding;
  Row trigram(3 * width, 0.0);
  for (std::size_t part = 0; part < 3; ++part) {
    const std::size_t place = at + 1 - part;
    if (place >= ids.size()) continue;
    for (std::size_t i = 0; i < width; ++i) {
      trigram[part * width + i] = model.words[ids[place] * width + i];
    }
  }
  Row place(model.shape.hidden);
  for (std::size_t i = 0; i < place.size(); ++i) {
    place[i] = static_cast<double>(model.positions[at * place.size() + i]) +
               static_cast<double>(model.segments[segment * place.size() + i]);
  }
  return Linear(model.transform, trigram, place);
}

void Layer(const LayerWeights& layer, std::size_t inner, Matrix& hidden) {
  Matrix residuals;
  Matrix queries;
  Matrix keys;
  Matrix values;
  for (const Row& x : hidden) {
    const Row wide = Linear(layer.wide, x);
    const Row narrow = Linear(layer.narrow, Part(wide, inner, inner));
    residuals.push_back(Part(wide, 0, inner));
    values.push_back(Part(wide, 2 * inner, inner));
    queries.push_back(Part(narrow, 0, inner));
    keys.push_back(Part(narrow, inner, inner));
  }
  for (std::size_t i = 0; i < hidden.size(); ++i) {
    Row context;
    for (std::size_t head = 0; head < inner; head += kHeadSize) {
      const Row part =
          PlainAttention(Part(queries[i], head, kHeadSize), Columns(keys, head),
                         Columns(values, head));
      context.insert(context.end(), part.begin(), part.end());
    }
    Row state = Linear(layer.mix, context, residuals[i]);
    for (std::size_t k = 0; k < layer.up.size(); ++k) {
      state = Linear(layer.down[k], Relu(Linear(layer.up[k], state)), state);
    }
    hidden[i] = Linear(layer.widen, state, hidden[i]);
  }
}

}  // namespace

std::vector<double> PlainAttention(const Row& query, const Matrix& keys,
                                   const Matrix& values) {
  Row weights;
  for (const Row& key : keys) {
    double score = 0;
    for (std::size_t d = 0; d < kHeadSize; ++d) score += query[d] * key[d];
    weights.push_back(score / std::sqrt(32.0));
  }
  const double largest = *std::max_element(weights.begin(), weights.end());
  double sum = 0;
  for (double& weight : weights) sum += weight = std::exp(weight - largest);
  Row context(kHeadSize, 0.0);
  for (std::size_t j = 0; j < keys.size(); ++j) {
    for (std::size_t d = 0; d < kHeadSize; ++d) {
      context[d] += weights[j] / sum * values[j][d];
    }
  }
  return context;
}

std::vector<double> PlainLogits(const MobileBertWeights& model,
                                const PackedBatch& batch) {
  std::vector<double> logits;
  for (std::size_t i = 0; i + 1 < batch.offsets.size(); ++i) {
    const auto begin = static_cast<std::size_t>(batch.offsets[i]);
    const auto end = static_cast<std::size_t>(batch.offsets[i + 1]);
    const std::vector<std::size_t> ids(
        batch.token_ids.begin() + batch.offsets[i],
        batch.token_ids.begin() + batch.offsets[i + 1]);
    Matrix hidden;
    for (std::size_t at = begin; at < end; ++at) {
      hidden.push_back(Embed(model, ids,
                             static_cast<std::size_t>(batch.segment_ids[at]),
                             at - begin));
    }
    for (const LayerWeights& layer : model.layers) {
      Layer(layer, model.shape.inner, hidden);
    }
    Row state = hidden.front();
    if (model.pooler.outputs != 0) {
      state = Linear(model.pooler, state);
      for (double& value : state) value = std::tanh(value);
    }
    const Row row = Linear(model.classifier, state);
    logits.insert(logits.end(), row.begin(), row.end());
  }
  return logits;
}

}  // namespace emotion::kernels
