#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "server/domain/dialogue.h"
#include "server/inference/calibration.h"

namespace emotion {

// How the traced model takes its tokens.
enum class Layout {
  kPacked,  // token ids, segment ids, offsets: no padding (see TokenBatch).
  kPadded,  // input ids, attention mask, token types: a stock trace.
};

// "packed", "padded".
std::string_view LayoutName(Layout layout);

// A dialogue whose answer is known. The server must compute the same before
// its port opens.
struct GoldenDialogue {
  std::vector<std::string> turns;
  std::vector<std::int32_t> token_ids;
  std::vector<std::int32_t> segment_ids;
  // Indexes of the turns that the length limit cuts, rising.
  std::vector<std::size_t> truncated_turns;
  // Of all heads, head by head.
  std::vector<float> logits;
  // Name of the label after calibration.
  std::string label;
};

// The description of a model package: manifest.json, format version 3, which
// model/PACKAGE.md describes field by field, for one kind of traffic.
struct Manifest {
  std::string name;
  std::string model_version;
  Layout layout = Layout::kPacked;
  // In the order of a head's logits.
  std::vector<std::string> labels;
  // Classifiers over the one body; each gives a logit a label.
  std::size_t heads = 1;

  struct Limits {
    std::size_t max_turns = 0;
    std::size_t max_turn_bytes = 0;
    std::size_t max_tokens = 0;
  } limits;

  struct Tokenizer {
    bool lowercase = true;
    bool strip_accents = true;
    bool split_cjk = true;
    std::size_t max_word_characters = 0;
    std::size_t vocabulary_size = 0;
  } tokenizer;

  // The kind of traffic that the calibration is for, "everyday".
  std::string traffic;
  Calibration calibration;

  struct File {
    std::uintmax_t bytes = 0;
    // Lower-case hexadecimal.
    std::string sha256;
  };
  // By name inside the package; "vocab.txt" is always there.
  std::map<std::string, File> files;

  // The model in one arithmetic.
  struct Precision {
    // One of `files`.
    std::string file;
    // Largest difference a golden logit may show.
    float tolerance = 0;
  };
  // By name: "fp32", "bf16", "int8". At least one.
  std::map<std::string, Precision> precisions;

  // At least one.
  std::vector<GoldenDialogue> golden;

  // SHA-256 of manifest.json itself: it binds the whole package.
  std::string sha256;
};

// Reads manifest.json in `directory` and checks every field, then vocab.txt as
// VerifyFile does. `traffic` chooses among the package's calibrations; empty is
// the package's own default. FAILED_PRECONDITION names the file, the field,
// what was found and what was expected; INVALID_ARGUMENT ("traffic") names the
// kinds of traffic that the package is calibrated for. Reads the disk; never
// throws.
Result<Manifest> LoadManifest(const std::filesystem::path& directory,
                              const std::string& traffic = {});

// Checks the size and the SHA-256 of a file of the package. To be called before
// the file is parsed: a TorchScript archive runs code when it is loaded and
// does not notice corruption. Failures as above. REQUIRES: `name` is one of
// manifest.files.
Status VerifyFile(const std::filesystem::path& directory,
                  const Manifest& manifest, const std::string& name);

}  // namespace emotion
