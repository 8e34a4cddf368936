#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

#include "server/domain/model_info.h"
#include "server/domain/prediction.h"

namespace emotion {

// How a dialogue that a shadow was given came out.
enum class ShadowOutcome {
  kAgreed,   // The shadow gave the label that the caller got.
  kChanged,  // It gave another one.
  kFailed,   // It could not read the dialogue, or its forward pass failed.
  kDropped,  // It had no time for it.
};

// "agreed", "changed", "failed", "dropped".
constexpr std::string_view ShadowOutcomeName(ShadowOutcome outcome) {
  switch (outcome) {
    case ShadowOutcome::kAgreed:
      return "agreed";
    case ShadowOutcome::kChanged:
      return "changed";
    case ShadowOutcome::kFailed:
      return "failed";
    case ShadowOutcome::kDropped:
      return "dropped";
  }
  return "dropped";
}

// Receives what one model does. Each loaded model has one, which goes with it,
// so that what is reported of a model that is no longer loaded goes too. Called
// without locks held, from several threads at once; must be quick and must not
// throw.
class ModelObserver {
 public:
  virtual ~ModelObserver() = default;

  // A forward pass over a batch ended, well or not.
  virtual void OnInference(std::size_t dialogues, std::size_t tokens,
                           std::chrono::nanoseconds duration, bool ok) = 0;
  // A dialogue was classified.
  virtual void OnPrediction(const Prediction& prediction) = 0;
  // As a shadow it was given a dialogue. `given` and `own` are the labels that
  // the caller got and that it would have got from this model.
  virtual void OnShadow(ShadowOutcome outcome, std::string_view given,
                        std::string_view own) = 0;
};

// Makes the observer of each model that is loaded. Thread-safe.
class ModelObserverFactory {
 public:
  virtual ~ModelObserverFactory() = default;

  // `info` is valid during the call only. Loading took `load_time`.
  virtual std::unique_ptr<ModelObserver> Create(
      const ModelInfo& info, std::chrono::nanoseconds load_time) = 0;
};

}  // namespace emotion
