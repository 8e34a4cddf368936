#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace emotion::client {

// What a caller sends and what the server says, as plain values: the messages
// of emotion/v1/emotion.proto without protobuf. Every field means what the
// field of the same name means there.

// One dialogue: one to three turns in UTF-8, oldest first; the last is
// classified.
using Turns = std::vector<std::string>;

struct LabelProbability {
  std::string label;
  // From 0 to 1.
  float probability = 0;
};

// Where the time of one dialogue went inside the server.
struct Timings {
  std::chrono::nanoseconds tokenize{0};
  std::chrono::nanoseconds queue{0};
  std::chrono::nanoseconds compute{0};
  std::uint32_t batch_dialogues = 0;
  std::uint32_t batch_tokens = 0;
};

struct ModelVersion {
  std::string name;
  std::string version;
};

struct Classification {
  // The most probable label, in the model's own words, "sad".
  std::string label;
  // All labels, in the model's label order; they add up to 1.
  std::vector<LabelProbability> probabilities;
  // Indexes (0 is the oldest) of the turns that were cut; empty if none.
  std::vector<std::uint32_t> truncated_turns;
  // Tokens the dialogue took.
  std::uint32_t tokens = 0;
  // Only if CallOptions::include_timings asked for them.
  std::optional<Timings> timings;
  // The model that classified.
  ModelVersion model;
};

// Beyond these the server answers INVALID_ARGUMENT, but for max_tokens: what
// exceeds that is cut.
struct Limits {
  std::uint32_t max_turns = 0;
  std::uint32_t max_turn_bytes = 0;
  std::uint32_t max_tokens = 0;
  std::uint32_t max_batch_dialogues = 0;
};

// A model that is loaded, and its part in the traffic.
struct ServingModel {
  ModelVersion model;
  // Percent of the calls that name no version which it answers.
  std::uint32_t traffic_percent = 0;
  // Percent of the calls answered by others which it is given for comparison.
  std::uint32_t shadow_percent = 0;
  // In the order of Classification::probabilities.
  std::vector<std::string> labels;
  // "fp32".
  std::string precision;
  // Lower-case hexadecimal.
  std::string manifest_sha256;
};

// The model that answers most calls, and all that are loaded.
struct ModelInfo {
  ModelVersion model;
  // In the order of Classification::probabilities.
  std::vector<std::string> labels;
  Limits limits;
  // "packed" or "padded".
  std::string layout;
  // "fp32".
  std::string precision;
  // What probabilities are calibrated for, "everyday"; empty from a server that
  // does not say.
  std::string traffic;
  // Lower-case hexadecimal.
  std::string manifest_sha256;
  // All that are loaded, in the order in which they were; empty from a server
  // that does not say.
  std::vector<ServingModel> serving;
};

}  // namespace emotion::client
