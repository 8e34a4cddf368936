#include "client/cli/info_command.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <nlohmann/json.hpp>

#include "client/cli/await.h"
#include "client/cli/models_view.h"
#include "client/cli/style.h"

namespace emotion::client {
namespace {

std::string AsText(const ModelInfo& info) {
  const Limits& limits = info.limits;
  std::string labels;
  for (const auto& label : info.labels) {
    labels += (labels.empty() ? "" : ", ") + label;
  }
  std::string text;
  const auto line = [&text](const std::string& name, const std::string& value) {
    text += name + std::string(11 - name.size(), ' ') + value + '\n';
  };
  line("model", info.model.name + ' ' + info.model.version);
  line("labels", labels);
  line("turns", "at most " + std::to_string(limits.max_turns) + " of " +
                    std::to_string(limits.max_turn_bytes) + " bytes each");
  line("tokens", "at most " + std::to_string(limits.max_tokens) +
                     " a dialogue; more is cut");
  line("batch", "at most " + std::to_string(limits.max_batch_dialogues) +
                    " dialogues a call");
  line("layout", info.layout);
  line("precision", info.precision);
  if (!info.traffic.empty()) line("traffic", info.traffic);
  line("manifest", info.manifest_sha256);
  if (info.serving.size() > 1) text += '\n' + ModelsTable(info.serving);
  return text;
}

std::string AsJson(const ModelInfo& info) {
  const nlohmann::ordered_json json = {
      {"model", {{"name", info.model.name}, {"version", info.model.version}}},
      {"labels", info.labels},
      {"limits",
       {{"max_turns", info.limits.max_turns},
        {"max_turn_bytes", info.limits.max_turn_bytes},
        {"max_tokens", info.limits.max_tokens},
        {"max_batch_dialogues", info.limits.max_batch_dialogues}}},
      {"layout", info.layout},
      {"precision", info.precision},
      {"traffic", info.traffic},
      {"manifest_sha256", info.manifest_sha256},
      {"serving", ModelsJson(info.serving)}};
  return json.dump(2) + '\n';
}

}  // namespace

InfoCommand::InfoCommand(CLI::App& app)
    : command_(app.add_subcommand(
          "info",
          "Show which model answers, its labels and its limits, and all "
          "versions that are loaded")) {
  AddConnectionFlags(*command_, connection_);
  command_->add_flag("--json", json_, "Print a JSON object");
}

ExitCode InfoCommand::Run(const Console& console) const {
  auto client = Connect(connection_);
  if (!client.ok()) {
    Complain(console.err, client.status());
    return kExitUsage;
  }
  const Result<ModelInfo> info = Await<ModelInfo>(
      [&](auto done) { (*client)->GetModelInfo({}, std::move(done)); });
  if (!info.ok()) {
    Complain(console.err, info.status());
    return ExitCodeFor(info.status());
  }
  console.out << (json_ ? AsJson(*info) : AsText(*info));
  return kExitAllAnswered;
}

}  // namespace emotion::client
