#pragma once

#include <cstddef>
#include <filesystem>

namespace emotion {

// Which model to run and with how much of the machine.
struct ClassifierOptions {
  // The model package: a folder with manifest.json and the files it names.
  std::filesystem::path model_directory = "build/model";

  // Threads that one forward pass may use; 0 means the CPUs this process may
  // use, shared evenly by the batching workers.
  std::size_t threads = 0;
};

}  // namespace emotion
