#include "client/cli/model_flags.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace emotion::client {

void AddModelFlags(CLI::App& command, ModelFlags& flags) {
  command
      .add_option("--model-version", flags.version,
                  "The version of the model that is to answer; by default as "
                  "the server splits its traffic")
      ->type_name("VERSION");
  command
      .add_option("--key", flags.key,
                  "Sent along as x-emotion-key: the same key, the same version")
      ->type_name("KEY");
}

void Apply(const ModelFlags& flags, CallOptions& call) {
  call.model_version = flags.version;
  call.key = flags.key;
}

const std::vector<std::string>& LabelsOf(const ModelInfo& info,
                                         const ModelFlags& flags) {
  for (const ServingModel& serving : info.serving) {
    if (serving.model.version == flags.version) return serving.labels;
  }
  return info.labels;
}

}  // namespace emotion::client
