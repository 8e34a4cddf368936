#include "server/models/model_loader.h"

#include <algorithm>
#include <utility>

#include "server/models/encoder_options.h"
#include "server/models/self_check.h"

namespace emotion {
namespace {

ModelInfo ToModelInfo(const Manifest& manifest, const std::string& precision) {
  return {.name = manifest.name,
          .version = manifest.model_version,
          .labels = manifest.labels,
          .layout = std::string(LayoutName(manifest.layout)),
          .precision = precision,
          .traffic = manifest.traffic,
          .manifest_sha256 = manifest.sha256,
          .max_turns = manifest.limits.max_turns,
          .max_turn_bytes = manifest.limits.max_turn_bytes,
          .max_tokens = manifest.limits.max_tokens};
}

Result<std::unique_ptr<DialogueEncoder>> MakeEncoder(
    const std::filesystem::path& package, const Manifest& manifest) {
  auto encoder = DialogueEncoder::Create(EncoderOptions(package, manifest));
  if (encoder.ok() &&
      (*encoder)->vocabulary_size() != manifest.tokenizer.vocabulary_size) {
    return Status(StatusCode::kFailedPrecondition,
                  (package / "vocab.txt").string() + ": has " +
                      std::to_string((*encoder)->vocabulary_size()) +
                      " pieces; the manifest expects " +
                      std::to_string(manifest.tokenizer.vocabulary_size));
  }
  return encoder;
}

Result<std::unique_ptr<Classifier>> MakeClassifier(
    const std::filesystem::path& package, const Manifest& manifest,
    const Manifest::Precision& precision, const DialogueEncoder& encoder,
    const ClassifierFactory& make) {
  if (Status status = VerifyFile(package, manifest, precision.file);
      !status.ok()) {
    return status;
  }
  auto classifier = make(package / precision.file, manifest);
  if (!classifier.ok()) return classifier;
  if (Status status =
          SelfCheck(manifest, encoder, **classifier, precision.tolerance);
      !status.ok()) {
    return status;
  }
  return classifier;
}

Status NoSuchPrecision(const std::string& wanted, const Manifest& manifest) {
  std::string offered;
  for (const auto& [name, precision] : manifest.precisions) {
    offered += (offered.empty() ? "" : ", ") + name;
  }
  return Status(
      StatusCode::kFailedPrecondition,
      "precision: is '" + wanted + "'; the package offers " + offered);
}

}  // namespace

ModelLoader::ModelLoader(ModelLoaderOptions options,
                         ClassifierFactory make_classifier,
                         ModelObserverFactory& observers, Clock& clock)
    : options_(std::move(options)),
      make_classifier_(std::move(make_classifier)),
      observers_(observers),
      clock_(clock) {}

// The order is that of trust: the manifest first, since it binds the rest; a
// file's checksum before anything parses it, because a TorchScript archive runs
// code as it is loaded; then whether it gives the answers that the package
// promises; and only of a model that is right, what it costs. With "auto" a
// precision that fails any of this gives way to the next.
Result<LoadReport> ModelLoader::Load(
    const std::filesystem::path& package, const CostMeasurement& measure,
    const std::optional<ModelIdentity>& expected) const {
  const Clock::TimePoint begin = clock_.Now();
  Result<Manifest> manifest = LoadManifest(package, options_.traffic);
  if (!manifest.ok()) return std::move(manifest).status();
  if (expected && (manifest->name != expected->name ||
                   manifest->model_version != expected->version)) {
    return Status(StatusCode::kFailedPrecondition,
                  package.string() + ": holds " + manifest->name + " " +
                      manifest->model_version + "; expected " + expected->name +
                      " " + expected->version);
  }
  auto encoder = MakeEncoder(package, *manifest);
  if (!encoder.ok()) return std::move(encoder).status();

  const bool any = options_.precision == "auto";
  const std::vector<std::string> wanted =
      any ? options_.native_precisions
          : std::vector<std::string>{options_.precision};
  LoadReport report;
  Status failure = NoSuchPrecision(options_.precision, *manifest);
  for (const std::string& name : wanted) {
    const auto offered = manifest->precisions.find(name);
    if (offered == manifest->precisions.end()) continue;
    auto classifier = MakeClassifier(package, *manifest, offered->second,
                                     **encoder, make_classifier_);
    if (!classifier.ok()) {
      failure = std::move(classifier).status();
      report.unusable_precisions.emplace_back(name, failure);
      continue;
    }
    report.load_time = clock_.Now() - begin;
    std::vector<Encoding> dialogues;
    for (const GoldenDialogue& golden : manifest->golden) {
      dialogues.push_back(
          {.token_ids = golden.token_ids, .segment_ids = golden.segment_ids});
    }
    auto model = std::make_shared<LoadedModel>();
    model->info = ToModelInfo(*manifest, name);
    model->encoder = *std::move(encoder);
    model->group.cost = measure(**classifier, dialogues);
    model->classifier = *std::move(classifier);
    model->observer = observers_.Create(model->info, report.load_time);
    report.model = std::move(model);
    return report;
  }
  return failure;
}

}  // namespace emotion
