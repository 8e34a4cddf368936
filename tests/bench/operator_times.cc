#include "tests/bench/operator_times.h"

#include <chrono>
#include <cmath>
#include <list>
#include <random>

#include "server/kernels/dispatch.h"
#include "server/kernels/mobilebert.h"

namespace emotion::bench {
namespace {

using kernels::KernelTable;
using kernels::LinearWeights;
using SteadyClock = std::chrono::steady_clock;

// One pass at a time, on one thread.
struct Timed {
  const KernelTable* kernels = nullptr;
  SteadyClock::duration prepare{0};
  SteadyClock::duration linear{0};
  SteadyClock::duration attend{0};
  // Of the linears.
  double operations = 0;
};
Timed timed;

template <typename Call>
void Time(SteadyClock::duration& total, Call call) {
  const auto begin = SteadyClock::now();
  call();
  total += SteadyClock::now() - begin;
}

void Prepare(kernels::Rows<const float> input, std::size_t rows,
             std::size_t width, const kernels::Operand& output) {
  Time(timed.prepare,
       [&] { timed.kernels->prepare(input, rows, width, output); });
}
void Linear(const kernels::LinearCall& call) {
  Time(timed.linear, [&] { timed.kernels->linear(call); });
  const std::size_t columns =
      (call.panel_end - call.panel_begin) * timed.kernels->panel_columns;
  timed.operations +=
      2.0 * static_cast<double>(call.rows * call.linear.inputs * columns);
}
void Attend(const kernels::AttentionCall& call) {
  Time(timed.attend, [&] { timed.kernels->attend(call); });
}

class RandomWeights {
 public:
  std::span<const float> Numbers(std::size_t count) {
    std::vector<float>& numbers = numbers_.emplace_back(count);
    for (float& number : numbers) number = normal_(random_);
    return numbers;
  }

  LinearWeights Linear(std::size_t inputs, std::size_t outputs,
                       bool residual = false) {
    LinearWeights linear;
    linear.inputs = inputs;
    linear.outputs = outputs;
    linear.weight = Numbers(inputs * outputs);
    linear.bias = Numbers(outputs);
    if (residual) linear.residual_scale = Numbers(outputs);
    return linear;
  }

  kernels::MobileBertWeights Model(std::size_t vocabulary) {
    kernels::MobileBertWeights model;
    kernels::MobileBertShape& shape = model.shape;
    shape.vocabulary = vocabulary;
    model.words = Numbers(vocabulary * shape.embedding);
    model.positions = Numbers(shape.positions * shape.hidden);
    model.segments = Numbers(shape.segments * shape.hidden);
    model.transform = Linear(3 * shape.embedding, shape.hidden, true);
    for (std::size_t i = 0; i < shape.layers; ++i) {
      kernels::LayerWeights& layer = model.layers.emplace_back();
      layer.wide = Linear(shape.hidden, 3 * shape.inner);
      layer.narrow = Linear(shape.inner, 2 * shape.inner);
      layer.mix = Linear(shape.inner, shape.inner, true);
      for (std::size_t k = 0; k < shape.feed_forwards; ++k) {
        layer.up.push_back(Linear(shape.inner, shape.intermediate));
        layer.down.push_back(Linear(shape.intermediate, shape.inner, true));
      }
      layer.widen = Linear(shape.inner, shape.hidden, true);
    }
    model.classifier = Linear(shape.hidden, shape.labels);
    return model;
  }

 private:
  std::mt19937 random_{1};
  std::normal_distribution<float> normal_{0, 0.02F};
  std::list<std::vector<float>> numbers_;
};

}  // namespace

OperatorTimes MeasureOperators(kernels::Precision precision,
                               std::span<const Encoding> dialogues,
                               std::size_t batch_size, std::size_t vocabulary) {
  timed = {};
  timed.kernels = kernels::UsableKernels(precision).front();
  KernelTable table = *timed.kernels;
  table.prepare = Prepare;
  table.linear = Linear;
  table.attend = Attend;
  RandomWeights weights;
  const kernels::MobileBert model(weights.Model(vocabulary), table);
  kernels::Executor executor(1);
  SteadyClock::duration all{0};
  std::size_t batches = 0;
  std::size_t tokens = 0;
  for (std::size_t i = 0; i + batch_size <= dialogues.size(); i += batch_size) {
    std::vector<std::int64_t> ids;
    std::vector<std::int64_t> segments;
    std::vector<std::int64_t> offsets{0};
    for (const Encoding& dialogue : dialogues.subspan(i, batch_size)) {
      ids.insert(ids.end(), dialogue.token_ids.begin(),
                 dialogue.token_ids.end());
      segments.insert(segments.end(), dialogue.segment_ids.begin(),
                      dialogue.segment_ids.end());
      offsets.push_back(static_cast<std::int64_t>(ids.size()));
    }
    ++batches;
    tokens += ids.size();
    std::vector<float> logits(batch_size * model.shape().labels);
    Time(all, [&] {
      model.Forward({ids, segments, offsets}, executor, logits);
    });
  }
  const auto share = [all](SteadyClock::duration part) {
    return std::chrono::duration<double>(part) /
           std::chrono::duration<double>(all);
  };
  const auto rest = all - timed.linear - timed.prepare - timed.attend;
  OperatorTimes times;
  times.parts = {{"linears", share(timed.linear)},
                 {"rounding of inputs", share(timed.prepare)},
                 {"attention", share(timed.attend)},
                 {"embedding, classifier and the timing itself", share(rest)}};
  times.linears_gops = timed.operations / 1e9 /
                       std::chrono::duration<double>(timed.linear).count();
  times.tokens = static_cast<double>(tokens) / static_cast<double>(batches);
  return times;
}

}  // namespace emotion::bench
