#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace emotion {

// Which model answers and what it accepts.
struct ModelInfo {
  std::string name;
  std::string version;
  // In the order of Prediction::probabilities.
  std::vector<std::string> labels;
  // "packed" or "padded".
  std::string layout;
  // "fp32".
  std::string precision;
  // The kind of traffic that probabilities are calibrated for, "everyday".
  std::string traffic;
  // SHA-256 of the package's manifest, lower-case hexadecimal.
  std::string manifest_sha256;

  std::size_t max_turns = 0;
  std::size_t max_turn_bytes = 0;
  std::size_t max_tokens = 0;
};

}  // namespace emotion
