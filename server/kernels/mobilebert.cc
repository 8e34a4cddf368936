#include "server/kernels/mobilebert.h"

#include <cmath>
#include <numeric>

namespace emotion::kernels {
namespace {

// bias + weights [outputs, inputs] times input. Plain code in fp32: it runs for
// one row a dialogue, and the last step should not round the logits.
void Project(std::span<const float> weights, std::span<const float> bias,
             std::span<const float> input, float* output) {
  for (std::size_t i = 0; i < bias.size(); ++i) {
    const auto row = weights.subspan(i * input.size(), input.size());
    output[i] =
        std::inner_product(row.begin(), row.end(), input.begin(), 0.0F) +
        bias[i];
  }
}

}  // namespace

void MobileBert::Forward(const PackedBatch& batch, Executor& executor,
                         std::span<float> logits) const {
  const std::size_t threads = executor.threads();
  const std::vector<Shard> shards = SplitBatch(batch.offsets, threads);
  // Either each rank has a shard, a workspace and a forward pass of its own, or
  // all ranks compute the only shard together in the first workspace.
  const bool together = shards.size() < threads;
  const std::size_t threads_per_shard = together ? threads : 1;
  executor.workspaces_.resize(threads);
  executor.scratches_.resize(threads);
  for (std::size_t i = 0; i < shards.size(); ++i) {
    executor.workspaces_[i].Fit(model_.shape, shards[i], threads_per_shard);
  }
  executor.team_.Run([&](std::size_t rank) {
    const std::size_t index = together ? 0 : rank;
    const Shard& shard = shards[index];
    Workspace& workspace = executor.workspaces_[index];
    Scratch& scratch = executor.scratches_[rank];
    // Sized by the thread that uses it, so that its pages are first touched
    // there; the workspaces must be ready before any rank begins.
    scratch.Fit(model_.shape, shard, threads_per_shard, kernels_.precision);
    const Participant participant =
        together ? Participant{rank, threads, &executor.team_.barrier()}
                 : Participant{};
    ForwardPass(model_, kernels_, shard, workspace, scratch, participant)
        .Run(batch);
    // The forward pass ends with a barrier, so cls_hidden is complete.
    if (rank == 0 || !together) Classify(shard, workspace, logits);
  });
}

void MobileBert::Classify(const Shard& shard, const Workspace& workspace,
                          std::span<float> logits) const {
  const std::size_t labels = model_.shape.labels;
  std::vector<float> pooled(model_.shape.hidden);
  for (std::size_t i = 0; i < shard.size(); ++i) {
    std::span<const float> state(workspace.cls_hidden[i], model_.shape.hidden);
    if (!model_.pooler.empty()) {
      Project(model_.pooler, model_.pooler_bias, state, pooled.data());
      for (float& value : pooled) value = std::tanh(value);
      state = pooled;
    }
    Project(model_.classifier, model_.classifier_bias, state,
            logits.data() + shard.dialogues[i] * labels);
  }
}

}  // namespace emotion::kernels
