#include "tests/support/test_model.h"

#include <utility>

#include "tests/support/small_encoder.h"

namespace emotion {
namespace {

class SilentModelObserver final : public ModelObserver {
 public:
  void OnInference(std::size_t, std::size_t, std::chrono::nanoseconds,
                   bool) override {}
  void OnPrediction(const Prediction&) override {}
  void OnShadow(ShadowOutcome, std::string_view, std::string_view) override {}
};

}  // namespace

LoadedModelPtr MakeTestModel(Classifier& classifier, TestModelParts parts) {
  auto model = std::make_shared<LoadedModel>();
  model->info = {.name = std::move(parts.name),
                 .version = std::move(parts.version),
                 .labels = std::move(parts.labels),
                 .layout = "packed",
                 .precision = "fp32",
                 .traffic = "chat",
                 .manifest_sha256 = "00",
                 .max_turns = 3,
                 .max_turn_bytes = 40,
                 .max_tokens = 24};
  model->encoder = SmallEncoder();
  model->classifier = std::make_unique<BorrowedClassifier>(classifier);
  model->group.cost = parts.cost;
  model->observer = parts.observer ? std::move(parts.observer)
                                   : std::make_unique<SilentModelObserver>();
  return model;
}

}  // namespace emotion
