#pragma once

#include <span>
#include <vector>

#include "server/kernels/forward_pass.h"

namespace emotion::kernels {

// Memory and threads for forward passes. Not thread-safe: one for each thread
// that calls MobileBert::Forward.
class Executor {
 public:
  // REQUIRES: threads >= 1, the calling thread included.
  explicit Executor(std::size_t threads) : team_(threads) {}

  std::size_t threads() const { return team_.size(); }

 private:
  friend class MobileBert;

  ThreadTeam team_;
  std::vector<Workspace> workspaces_;
  std::vector<Scratch> scratches_;
};

// A MobileBERT classifier over packed batches in one precision and instruction
// set. Immutable, thread-safe. A dialogue's logits have the same bits whatever
// else is in the batch and however many threads work.
class MobileBert {
 public:
  // REQUIRES: FindFault(weights) finds none; the processor has the
  // instructions of `kernels`, which must outlive this.
  MobileBert(const MobileBertWeights& weights, const KernelTable& kernels)
      : kernels_(kernels), model_(PackMobileBert(weights, kernels)) {}

  const MobileBertShape& shape() const { return model_.shape; }
  const KernelTable& kernels() const { return kernels_; }

  // Writes the logits, [dialogues, labels]. REQUIRES: at least one dialogue,
  // each with at least one token and at most shape().positions; ids below
  // shape().vocabulary, segments below shape().segments.
  void Forward(const PackedBatch& batch, Executor& executor,
               std::span<float> logits) const;

 private:
  // Pooler and classifier for the dialogues of a shard.
  void Classify(const Shard& shard, const Workspace& workspace,
                std::span<float> logits) const;

  const KernelTable& kernels_;
  PackedMobileBert model_;
};

}  // namespace emotion::kernels
