#pragma once

#include <filesystem>
#include <string>

namespace emotion {

// Which model to run.
struct ModelOptions {
  // The model package: a folder with manifest.json and the files it names.
  // Without effect if there is a repository.
  std::filesystem::path package = "build/model";

  // A folder of packages, NAME/VERSION/, whose versions can be loaded while the
  // server serves; it starts with the newest. Empty: none.
  std::filesystem::path repository;

  // Which NAME of the repository serves; empty: the only one.
  std::string name;

  // The kind of traffic whose calibration is used, "everyday"; empty: the
  // package's default.
  std::string traffic;

  // The arithmetic: "fp32", "bf16", "int8", or "auto" for the fastest that the
  // package offers, the processor supports and the golden dialogues accept.
  std::string precision = "auto";
};

}  // namespace emotion
