#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "server/models/model_loader.h"
#include "tests/models/package_files.h"
#include "tests/support/manual_clock.h"
#include "tests/support/recording_observer.h"
#include "tests/support/test_model.h"

namespace emotion {

// A loader of packages whose models are fakes, and what it was asked for.
class LoadingTest : public testing::Test, public ModelObserverFactory {
 protected:
  static CostModel Measure(Classifier&, std::span<const Encoding> dialogues) {
    return {.per_item = std::chrono::milliseconds(dialogues.size())};
  }

  std::unique_ptr<ModelObserver> Create(const ModelInfo& info,
                                        std::chrono::nanoseconds) override {
    observed.push_back(info.version);
    return observer_.ForModel();
  }

  Result<std::unique_ptr<Classifier>> MakeClassifier(
      const std::filesystem::path& file) {
    made.push_back(file.filename().string());
    if (made.back() == broken_file) {
      return Status(StatusCode::kFailedPrecondition,
                    made.back() + ": cannot be loaded");
    }
    return std::unique_ptr<Classifier>(
        std::make_unique<BorrowedClassifier>(classifier_));
  }

  ModelLoader Loader(ModelLoaderOptions options = {}) {
    return ModelLoader(
        std::move(options),
        [this](const std::filesystem::path& file, const Manifest&) {
          return MakeClassifier(file);
        },
        *this, clock_);
  }

  std::vector<std::string> observed;
  std::vector<std::string> made;
  std::string broken_file;

  TemporaryFolder folder_;
  ManualClock clock_;
  FakeClassifier classifier_;
  RecordingObserver observer_;
};

}  // namespace emotion
