#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace emotion {

// Which model to run and with how much of the machine.
struct ClassifierOptions {
  // The model package: a folder with manifest.json and the files it names.
  std::filesystem::path model_directory = "build/model";

  // The kind of traffic whose calibration is used, "everyday"; empty: the
  // package's default.
  std::string traffic;

  // The arithmetic: "fp32", "bf16", "int8", or "auto" for the fastest that the
  // package offers, the processor supports and the golden dialogues accept.
  std::string precision = "auto";

  // Threads that one forward pass may use; 0: main plans them.
  std::size_t threads = 0;
};

}  // namespace emotion
