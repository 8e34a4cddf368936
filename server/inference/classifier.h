#pragma once

#include <vector>

#include "common/result.h"
#include "server/domain/prediction.h"
#include "server/inference/token_batch.h"

namespace emotion {

// The model, whatever runs it. The engine knows only this.
class Classifier {
 public:
  virtual ~Classifier() = default;

  // As many predictions as the batch has dialogues, in their order, or one
  // status for all of them. Blocks for the forward pass; never throws.
  // REQUIRES: the batch has at least one dialogue, and its ids are within the
  // vocabulary and its lengths within the limit that the model was made for.
  virtual Result<std::vector<Prediction>> Predict(const TokenBatch& batch) = 0;

  // Whether Predict may run on several threads at once.
  virtual bool allows_concurrent_calls() const = 0;
};

}  // namespace emotion
