#include "server/inference/manifest.h"

#include <fstream>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "server/inference/manifest_fields.h"
#include "server/inference/sha256.h"

namespace emotion {
namespace {

constexpr char kManifestName[] = "manifest.json";
constexpr char kVocabularyName[] = "vocab.txt";
constexpr std::size_t kMaxLabels = 64;
constexpr std::size_t kMaxHeads = 16;

Status Refuse(const std::filesystem::path& file, const std::string& what) {
  return Status(StatusCode::kFailedPrecondition, file.string() + ": " + what);
}

// All readers below throw what ManifestFields throws, with the path of the
// field; LoadManifest alone catches, so that each field is one line.
GoldenDialogue ReadGolden(const ManifestFields& fields,
                          const Manifest& manifest) {
  GoldenDialogue golden;
  golden.turns = fields.Strings("turns");
  golden.token_ids = fields.Numbers<std::int32_t>("token_ids");
  golden.segment_ids = fields.Numbers<std::int32_t>("segment_ids");
  golden.truncated_turns = fields.Numbers<std::size_t>("truncated_turns");
  golden.logits = fields.Numbers<float>("logits");
  golden.label = fields.Object("labels").String(manifest.traffic);
  if (golden.logits.size() != manifest.heads * manifest.labels.size()) {
    fields.Fail("logits", std::to_string(golden.logits.size()) + " values",
                "one for each label of each head");
  }
  return golden;
}

void ReadFiles(const ManifestFields& fields, Manifest& manifest) {
  for (const std::string& name : fields.Keys()) {
    // A name is a plain file of this folder: nothing outside is ever read.
    if (name.empty() || name.find('/') != std::string::npos || name[0] == '.') {
      fields.Fail(name, "'" + name + "'", "a plain file name");
    }
    const ManifestFields file = fields.Object(name);
    manifest.files[name] = {
        file.Integer("bytes", 0, std::uint64_t{1} << 40),
        file.String("sha256"),
    };
  }
  if (!manifest.files.contains(kVocabularyName)) {
    fields.Fail(kVocabularyName, "missing", "its bytes and sha256");
  }
}

void ReadPrecisions(const ManifestFields& fields, Manifest& manifest) {
  for (const std::string& name : fields.Keys()) {
    const ManifestFields precision = fields.Object(name);
    const std::string file = precision.String("file");
    if (!manifest.files.contains(file)) {
      precision.Fail("file", "'" + file + "'", "one of the package's files");
    }
    manifest.precisions[name] = {file, precision.Positive<float>("tolerance")};
  }
}

Calibration ReadCalibration(const ManifestFields& fields,
                            const Manifest& manifest) {
  Calibration calibration;
  calibration.head = fields.Integer("head", 0, manifest.heads - 1);
  calibration.temperature = fields.Positive<float>("temperature");
  calibration.bias = fields.Numbers<float>("bias");
  if (calibration.bias.size() != manifest.labels.size()) {
    fields.Fail("bias", std::to_string(calibration.bias.size()) + " values",
                "one for each label");
  }
  return calibration;
}

// Chooses the calibration; false if the package has none for `traffic`.
bool ReadTraffic(const ManifestFields& fields, const std::string& traffic,
                 Manifest& manifest) {
  manifest.traffic = traffic.empty() ? fields.String("traffic") : traffic;
  const ManifestFields traffics = fields.Object("traffics");
  bool found = false;
  // All are read, so that a broken one does not wait for its day.
  for (const std::string& name : traffics.Keys()) {
    Calibration calibration = ReadCalibration(traffics.Object(name), manifest);
    if (name != manifest.traffic) continue;
    manifest.calibration = std::move(calibration);
    found = true;
  }
  if (!found && traffic.empty()) {
    fields.Fail("traffic", "'" + manifest.traffic + "'", "one of traffics");
  }
  return found;
}

Status NoSuchTraffic(const nlohmann::json& json, const std::string& traffic) {
  std::string names;
  for (const auto& [name, calibration] : json.at("traffics").items()) {
    names += (names.empty() ? "" : ", ") + name;
  }
  return Status(StatusCode::kInvalidArgument,
                "is '" + traffic + "'; the package is calibrated for " + names)
      .WithField("traffic");
}

// Nothing if the package has no calibration for `traffic`.
std::optional<Manifest> Read(const ManifestFields& fields,
                             const std::string& traffic) {
  Manifest manifest;
  fields.Integer("format_version", 3, 3);
  manifest.name = fields.String("name");
  manifest.model_version = fields.String("model_version");
  const std::string layout = fields.String("layout");
  if (layout != "packed" && layout != "padded") {
    fields.Fail("layout", "'" + layout + "'", "'packed' or 'padded'");
  }
  manifest.layout = layout == "packed" ? Layout::kPacked : Layout::kPadded;
  manifest.labels = fields.Strings("labels");
  if (manifest.labels.size() < 2 || manifest.labels.size() > kMaxLabels) {
    fields.Fail("labels", std::to_string(manifest.labels.size()) + " names",
                "2 to " + std::to_string(kMaxLabels));
  }

  const ManifestFields limits = fields.Object("limits");
  manifest.limits.max_turns = limits.Integer("max_turns", 1, kMaxTurns);
  manifest.limits.max_turn_bytes = limits.Integer("max_turn_bytes", 1, 1 << 20);
  manifest.limits.max_tokens =
      limits.Integer("max_tokens", manifest.limits.max_turns + 2, 1 << 16);

  const ManifestFields tokenizer = fields.Object("tokenizer");
  manifest.tokenizer.lowercase = tokenizer.Bool("lowercase");
  manifest.tokenizer.strip_accents = tokenizer.Bool("strip_accents");
  manifest.tokenizer.split_cjk = tokenizer.Bool("split_cjk");
  manifest.tokenizer.max_word_characters =
      tokenizer.Integer("max_word_characters", 1, 1 << 16);
  manifest.tokenizer.vocabulary_size =
      tokenizer.Integer("vocabulary_size", 1, 1 << 24);

  manifest.heads = fields.Integer("heads", 1, kMaxHeads);
  if (!ReadTraffic(fields, traffic, manifest)) return std::nullopt;

  ReadFiles(fields.Object("files"), manifest);
  ReadPrecisions(fields.Object("precisions"), manifest);
  if (manifest.precisions.empty()) {
    fields.Fail("precisions", "none", "at least one");
  }

  const ManifestFields golden = fields.Object("golden");
  for (const ManifestFields& dialogue : golden.Objects("dialogues")) {
    manifest.golden.push_back(ReadGolden(dialogue, manifest));
  }
  if (manifest.golden.empty()) {
    golden.Fail("dialogues", "none", "at least one");
  }
  return manifest;
}

}  // namespace

std::string_view LayoutName(Layout layout) {
  return layout == Layout::kPacked ? "packed" : "padded";
}

// The size first: it costs nothing, and a download that broke off is another
// matter than bytes that were changed.
Status VerifyFile(const std::filesystem::path& directory,
                  const Manifest& manifest, const std::string& name) {
  const std::filesystem::path path = directory / name;
  const Manifest::File& expected = manifest.files.at(name);
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(path, error);
  if (error) {
    return Refuse(path, "is missing; the manifest expects " +
                            std::to_string(expected.bytes) + " bytes");
  }
  if (bytes != expected.bytes) {
    return Refuse(path, "has " + std::to_string(bytes) +
                            " bytes; the manifest expects " +
                            std::to_string(expected.bytes));
  }
  const Result<std::string> sha256 = Sha256OfFile(path);
  if (!sha256.ok()) return sha256.status();
  if (*sha256 != expected.sha256) {
    return Refuse(path, "has SHA-256 " + *sha256 + "; the manifest expects " +
                            expected.sha256);
  }
  return Status();
}

Result<Manifest> LoadManifest(const std::filesystem::path& directory,
                              const std::string& traffic) {
  const std::filesystem::path path = directory / kManifestName;
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream content;
  if (!(content << stream.rdbuf())) {
    return Refuse(path,
                  "cannot be read; expected a model package, which "
                  "./dev build makes in build/model");
  }
  try {
    const std::string text = std::move(content).str();
    const nlohmann::json json = nlohmann::json::parse(text);
    std::optional<Manifest> manifest = Read(ManifestFields(json), traffic);
    if (!manifest) return NoSuchTraffic(json, traffic);
    // Of the text as it was read, not of a file that could change in between:
    // it contains the checksums of all others, so this one names the package.
    manifest->sha256 = Sha256(text);
    if (Status status = VerifyFile(directory, *manifest, kVocabularyName);
        !status.ok()) {
      return status;
    }
    return *std::move(manifest);
  } catch (const std::exception& error) {
    return Refuse(path, error.what());
  }
}

}  // namespace emotion
