#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/result.h"
#include "server/batching/cost_model.h"
#include "server/domain/encoding.h"
#include "server/inference/classifier.h"
#include "server/inference/manifest.h"
#include "server/models/loaded_model.h"
#include "server/models/model_identity.h"

namespace emotion {

// Makes a classifier, warm, of a file of the package whose checksum is right.
using ClassifierFactory = std::function<Result<std::unique_ptr<Classifier>>(
    const std::filesystem::path& file, const Manifest& manifest)>;

// Measures what a batch of `dialogues` takes.
using CostMeasurement = std::function<CostModel(
    Classifier& classifier, std::span<const Encoding> dialogues)>;

struct ModelLoaderOptions {
  // The kind of traffic whose calibration is used; empty: each package's
  // default.
  std::string traffic{};
  // "fp32", "bf16", "int8", or "auto" for the first of `native_precisions` that
  // the package offers and the golden dialogues accept.
  std::string precision = "auto";
  // Those for which this processor has instructions, the fastest first.
  std::vector<std::string> native_precisions = {"fp32"};
};

// A model, and which precisions were tried in vain before its own, each with
// the reason.
struct LoadReport {
  LoadedModelPtr model;
  Clock::Duration load_time{0};
  std::vector<std::pair<std::string, Status>> unusable_precisions;
};

// The one way from a package's folder to a model that may serve: the manifest
// is read and checked, each file's size and checksum verified before it is
// parsed, the vocabulary and the trace loaded, the trace run until it is warm,
// the golden dialogues compared, the cost measured. What comes out never
// changes. Nothing that serves already is touched.
//
// One thread at a time. Borrows the clock and the observers.
class ModelLoader {
 public:
  ModelLoader(ModelLoaderOptions options, ClassifierFactory make_classifier,
              ModelObserverFactory& observers, Clock& clock);

  // FAILED_PRECONDITION: the package is not what it should be, or not
  // `expected`; names the file, what was found and what was expected.
  // INVALID_ARGUMENT ("traffic"): the package is not calibrated for it. Reads
  // the disk, blocks for a second or two; never throws.
  Result<LoadReport> Load(
      const std::filesystem::path& package, const CostMeasurement& measure,
      const std::optional<ModelIdentity>& expected = std::nullopt) const;

 private:
  const ModelLoaderOptions options_;
  const ClassifierFactory make_classifier_;
  ModelObserverFactory& observers_;
  Clock& clock_;
};

}  // namespace emotion
