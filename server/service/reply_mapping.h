#pragma once

#include <cstddef>
#include <span>

#include "emotion/v1/emotion.pb.h"
#include "server/engine/answer.h"
#include "server/models/model_registry.h"

namespace emotion {

// Writes answers in the public words. A label that is named like a value of
// v1::Emotion in lower case has that value; others are EMOTION_UNSPECIFIED and
// are known by their names. Pure and thread-safe.

// `answer` with the labels of the model that gave it.
void Fill(const Answer& answer, bool include_timings,
          v1::Classification& reply);

void Fill(const ModelInfo& model, v1::ModelVersion& reply);

void Fill(const ServingModel& serving, v1::ServingModel& reply);

// What is said of `main` and of all that are loaded. `max_batch_dialogues` is
// the service's own limit.
v1::GetModelInfoResponse ModelInfoReply(const ModelInfo& main,
                                        std::span<const ServingModel> loaded,
                                        std::size_t max_batch_dialogues);

}  // namespace emotion
