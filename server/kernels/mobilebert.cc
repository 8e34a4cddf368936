#include "server/kernels/mobilebert.h"

#include <cmath>
#include <numeric>

namespace emotion::kernels {
namespace {

// bias + weights [outputs, inputs] times input.
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
  const std::size_t members = executor.threads();
  const std::vector<Share> shares = SplitBatch(batch.offsets, members);
  const bool together = shares.size() < members;
  const std::size_t of_a_share = together ? members : 1;
  executor.workspaces_.resize(members);
  executor.scratches_.resize(members);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    executor.workspaces_[i].Fit(model_.shape, shares[i], of_a_share);
  }
  executor.team_.Run([&](std::size_t member) {
    const std::size_t index = together ? 0 : member;
    const Share& share = shares[index];
    Workspace& workspace = executor.workspaces_[index];
    Scratch& scratch = executor.scratches_[member];
    scratch.Fit(model_.shape, share, of_a_share, kernels_.precision);
    const Membership membership =
        together ? Membership{member, members, &executor.team_.barrier()}
                 : Membership{};
    Pass(model_, kernels_, share, workspace, scratch, membership).Run(batch);
    if (member == 0 || !together) Classify(share, workspace, logits);
  });
}

void MobileBert::Classify(const Share& share, const Workspace& workspace,
                          std::span<float> logits) const {
  const std::size_t labels = model_.shape.labels;
  std::vector<float> pooled(model_.shape.hidden);
  for (std::size_t i = 0; i < share.size(); ++i) {
    std::span<const float> state(workspace.cls_hidden[i], model_.shape.hidden);
    if (!model_.pooler.empty()) {
      Project(model_.pooler, model_.pooler_bias, state, pooled.data());
      for (float& value : pooled) value = std::tanh(value);
      state = pooled;
    }
    Project(model_.classifier, model_.classifier_bias, state,
            logits.data() + share.dialogues[i] * labels);
  }
}

}  // namespace emotion::kernels
