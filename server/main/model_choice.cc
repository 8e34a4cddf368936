#include "server/main/model_choice.h"

#include <utility>

#include "server/engine/self_check.h"
#include "server/kernels/dispatch.h"

namespace emotion {
namespace {

using kernels::Precision;

constexpr Precision kFastestFirst[] = {Precision::kInt8, Precision::kBf16,
                                       Precision::kFp32};

std::string Offered(const Manifest& manifest) {
  std::string names;
  for (const auto& [name, precision] : manifest.precisions) {
    names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

Result<std::unique_ptr<TorchClassifier>> Load(
    const std::filesystem::path& package, const Manifest& manifest,
    const Manifest::Precision& precision, const DialogueEncoder& encoder,
    std::size_t threads) {
  if (Status status = VerifyFile(package, manifest, precision.file);
      !status.ok()) {
    return status;
  }
  auto classifier =
      TorchClassifier::Create(package / precision.file, manifest, threads);
  if (!classifier.ok()) return classifier;
  if (Status status =
          SelfCheck(manifest, encoder, **classifier, precision.tolerance);
      !status.ok()) {
    return status;
  }
  return classifier;
}

}  // namespace

std::vector<std::string> PrecisionsToTry(const std::string& wanted,
                                         const Manifest& manifest) {
  std::vector<std::string> names;
  for (const Precision precision : kFastestFirst) {
    const std::string name(kernels::PrecisionName(precision));
    if (!manifest.precisions.contains(name)) continue;
    const bool chosen =
        wanted == "auto" ? kernels::IsNative(precision) : wanted == name;
    if (chosen) names.push_back(name);
  }
  return names;
}

Result<ChosenModel> ChooseModel(const ClassifierOptions& options,
                                const Manifest& manifest,
                                const DialogueEncoder& encoder,
                                std::size_t threads, Log& log) {
  Status failure(StatusCode::kFailedPrecondition,
                 "precision: is '" + options.precision +
                     "'; the package offers " + Offered(manifest));
  for (const std::string& name : PrecisionsToTry(options.precision, manifest)) {
    auto classifier = Load(options.model_directory, manifest,
                           manifest.precisions.at(name), encoder, threads);
    if (classifier.ok()) return ChosenModel{*std::move(classifier), name};
    failure = std::move(classifier).status();
    if (options.precision == "auto") {
      log.Warning("precision not usable",
                  {{"precision", name}, {"reason", failure.message()}});
    }
  }
  return failure;
}

}  // namespace emotion
