#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>
#include <vector>

#include "server/inference/classifier.h"

namespace emotion {

// A classifier that works: a dialogue's logits follow from its tokens alone, so
// any mixing up of answers shows. Logit k is 1 if the sum of the token ids is k
// modulo `labels`, else 0. It records the batches that it ran, and can be held
// shut or made to fail. Thread-safe.
class FakeClassifier final : public Classifier {
 public:
  explicit FakeClassifier(std::size_t labels = 4) : labels_(labels) {}

  Result<std::vector<Prediction>> Predict(const TokenBatch& batch) override;
  bool allows_concurrent_calls() const override { return concurrent; }

  // The label that Predict gives to these tokens.
  std::size_t LabelOf(const std::vector<std::int32_t>& token_ids) const;

  // While shut, Predict waits inside.
  void Shut();
  void Open();
  // Returns once `calls` calls of Predict have begun.
  void BlockUntilCalls(std::size_t calls);

  // From now on a batch that holds this token fails with INTERNAL.
  void FailOnToken(std::int64_t token);

  // Dialogues of each batch so far, in order.
  std::vector<std::size_t> batches() const;

  // What allows_concurrent_calls says; set it before use.
  bool concurrent = true;

 private:
  const std::size_t labels_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool shut_ = false;
  std::vector<std::size_t> batches_;
  std::set<std::int64_t> poison_;
};

}  // namespace emotion
