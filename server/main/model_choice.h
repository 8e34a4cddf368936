#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/result.h"
#include "server/inference/classifier_options.h"
#include "server/inference/manifest.h"
#include "server/inference/torch_classifier.h"
#include "server/main/logging.h"
#include "server/text/dialogue_encoder.h"

namespace emotion {

// A classifier that has given the golden answers.
struct ChosenModel {
  std::unique_ptr<TorchClassifier> classifier;
  // One of the manifest's.
  std::string precision;
};

// The precisions to try, the first that works wins: `wanted` itself, or for
// "auto" those of the package for which this processor has instructions, the
// fastest first. Empty if the package has no such precision.
std::vector<std::string> PrecisionsToTry(const std::string& wanted,
                                         const Manifest& manifest);

// Loads the model of the package in the precision that the options ask for and
// runs the self-check. With "auto" a precision that fails is logged as a
// warning and the next one is tried. FAILED_PRECONDITION is that of the last
// one tried.
Result<ChosenModel> ChooseModel(const ClassifierOptions& options,
                                const Manifest& manifest,
                                const DialogueEncoder& encoder,
                                std::size_t threads, Log& log);

}  // namespace emotion
