#pragma once

#include <memory>

#include "server/batching/batch_group.h"
#include "server/domain/model_info.h"
#include "server/inference/classifier.h"
#include "server/models/model_observer.h"
#include "server/text/dialogue_encoder.h"

namespace emotion {

// One model with all that belongs to it: how it reads, what runs it, what its
// answers are called, what a batch of it costs, who counts it. A value: made
// once by ModelLoader, never changed after, and shared by whoever answers with
// it. A request takes a reference at admission and its answer brings it back,
// so what serves can change at any time, nothing is ever answered half by one
// model and half by another, and a model that was taken away goes with its last
// request.
//
// Thread-safe: everything in it may be used by many threads at once (of the
// classifier, Predict, if it allows concurrent calls).
struct LoadedModel {
  ModelInfo info;
  std::unique_ptr<const DialogueEncoder> encoder;
  std::unique_ptr<Classifier> classifier;
  // Its requests share batches with each other and with nobody else.
  BatchGroup group;
  // Never null.
  std::unique_ptr<ModelObserver> observer;
};

using LoadedModelPtr = std::shared_ptr<const LoadedModel>;

// "mobilebert-emotion 0.4.0".
std::string DisplayName(const LoadedModel& model);

}  // namespace emotion
