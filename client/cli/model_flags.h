#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "client/classification.h"
#include "client/client_options.h"

namespace emotion::client {

// The options of the commands that classify: which version of the model is to
// answer.
struct ModelFlags {
  std::string version;
  std::string key;
};

// Adds --model-version and --key. `flags` must outlive `command`.
void AddModelFlags(CLI::App& command, ModelFlags& flags);

// Puts them into the options of a call.
void Apply(const ModelFlags& flags, CallOptions& call);

// The labels of the version that the flags name; of the one that answers most
// calls if they name none, or one that is not loaded.
const std::vector<std::string>& LabelsOf(const ModelInfo& info,
                                         const ModelFlags& flags);

}  // namespace emotion::client
