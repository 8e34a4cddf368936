#pragma once

#include <memory>
#include <string>
#include <vector>

#include "server/inference/classifier.h"
#include "server/models/loaded_model.h"
#include "server/models/model_registry.h"

namespace emotion {

// Forwards to a classifier that somebody else owns, since a model owns its own.
class BorrowedClassifier final : public Classifier {
 public:
  explicit BorrowedClassifier(Classifier& classifier)
      : classifier_(classifier) {}

  Result<std::vector<Prediction>> Predict(const TokenBatch& batch) override {
    return classifier_.Predict(batch);
  }
  bool allows_concurrent_calls() const override {
    return classifier_.allows_concurrent_calls();
  }

 private:
  Classifier& classifier_;
};

// What a test's model is made of.
struct TestModelParts {
  std::string version = "1.0.0";
  std::vector<std::string> labels = {"others", "happy", "sad", "angry"};
  std::string name = "test-model";
  // Null: one that counts nothing.
  std::unique_ptr<ModelObserver> observer = nullptr;
  CostModel cost{};
};

// A model over SmallEncoder() and a classifier that outlives it.
LoadedModelPtr MakeTestModel(Classifier& classifier, TestModelParts parts = {});

}  // namespace emotion
