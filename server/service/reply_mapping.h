#pragma once

#include <vector>

#include "emotion/v1/emotion.pb.h"
#include "server/domain/model_info.h"
#include "server/engine/answer.h"

namespace emotion {

// Writes answers in the public words. Immutable, thread-safe.
class ReplyMapping {
 public:
  // Labels named like a value of v1::Emotion in lower case get that value;
  // others are EMOTION_UNSPECIFIED and are known by their names.
  explicit ReplyMapping(ModelInfo model);

  void Fill(const Answer& answer, bool include_timings,
            v1::Classification& reply) const;

  void Fill(v1::ModelVersion& reply) const;

  // `max_batch_dialogues` is the service's own limit.
  v1::GetModelInfoResponse ModelInfoReply(
      std::size_t max_batch_dialogues) const;

  const ModelInfo& model() const { return model_; }

 private:
  ModelInfo model_;
  // One for each label.
  std::vector<v1::Emotion> emotions_;
};

}  // namespace emotion
