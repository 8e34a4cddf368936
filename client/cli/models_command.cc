#include "client/cli/models_command.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <utility>
#include <vector>

#include "client/cli/models_view.h"
#include "client/cli/traffic_text.h"

namespace emotion::client {
namespace {

using Json = nlohmann::ordered_json;

// A load takes seconds, on a busy machine minutes.
constexpr int kLoadTimeoutSeconds = 600;

constexpr char kJson[] = "json";
constexpr char kVersion[] = "version";
constexpr char kSplit[] = "split";
constexpr char kShadow[] = "--shadow";

std::string Printed(const Json& json) { return json.dump(2) + '\n'; }

Json ToJson(const ModelList& list) {
  return {{"name", list.name}, {"serving", ModelsJson(list.serving)}};
}

Json ToJson(const std::vector<TrafficShare>& shares) {
  auto json = Json::array();
  for (const TrafficShare& each : shares) {
    json.push_back({{"version", each.version}, {"percent", each.percent}});
  }
  return json;
}

// A load that was given up goes on; whoever typed it should know.
Status OfLoad(const Status& status) {
  if (status.code() != StatusCode::kDeadlineExceeded) return status;
  return {status.code(),
          status.message() +
              "; the server goes on loading, and emotion-client models list "
              "shows when it is done"};
}

}  // namespace

ModelsCommand::ModelsCommand(CLI::App& app)
    : group_(app.add_subcommand(
          "models", "List and change the versions that a server has loaded")) {
  group_->require_subcommand(1);
  group_->footer(
      "They talk to the server's admin listener, emotion-server "
      "--admin-address.");
  AddList();
  AddLoad();
  AddUnload();
  AddTraffic();
}

void ModelsCommand::AddAction(Action& action, const std::string& name,
                              const std::string& help) {
  action.command = group_->add_subcommand(name, help);
  AddAdminFlags(*action.command, action.admin);
  action.command->add_option("--output", action.output, "Of the result")
      ->check(CLI::IsMember({"table", kJson}))
      ->type_name("FORMAT")
      ->capture_default_str();
}

void ModelsCommand::AddList() {
  AddAction(list_, "list", "List the versions that are loaded or available");
  list_.command->footer(
      "Example:\n"
      "  $ emotion-client models list --admin-address "
      "unix:/run/emotion/admin.sock");
}

void ModelsCommand::AddLoad() {
  load_.admin.timeout_s = kLoadTimeoutSeconds;
  AddAction(load_, "load",
            "Load a version and let it serve; waits until it does");
  load_.command->add_option(kVersion, load_version_,
                            "The newest that is available, if not given");
  load_.command->add_flag("--beside", beside_,
                          "Keep those that serve; it gets no traffic until "
                          "models traffic gives it some");
  load_.command->footer(
      "Example:\n"
      "  $ emotion-client models load 0.4.0 --beside\n"
      "\n"
      "Whatever fails, the versions that served before serve on.");
}

void ModelsCommand::AddUnload() {
  AddAction(unload_, "unload", "Take out a version that has no traffic");
  unload_.command
      ->add_option(kVersion, unload_version_, "The version to take out")
      ->required();
  unload_.command->footer(
      "Example:\n"
      "  $ emotion-client models unload 0.3.0");
}

void ModelsCommand::AddTraffic() {
  AddAction(traffic_, "traffic",
            "Show how the traffic is split among versions, or split it");
  traffic_.command->add_option(
      kSplit, split_,
      "VERSION=PERCENT,... with whole percents that add up to 100");
  traffic_.command
      ->add_option(kShadow, shadow_,
                   "The version that is given copies of so many percent of "
                   "the calls, for comparison; or none")
      ->type_name("VERSION=PERCENT");
  traffic_.command->footer(
      "Examples:\n"
      "  $ emotion-client models traffic\n"
      "  $ emotion-client models traffic 0.3.0=90,0.4.0=10\n"
      "  $ emotion-client models traffic --shadow 0.4.0=10\n"
      "  $ emotion-client models traffic --shadow none 0.3.0=100\n"
      "\n"
      "What is not given, the split or the shadow, stays as it is.");
}

// Whether it was typed, also as nothing: a script's empty variable does not
// mean what is left out.
bool ModelsCommand::Given(const Action& action, const char* option) {
  return action.command->count(option) > 0;
}

const ModelsCommand::Action& ModelsCommand::Chosen() const {
  for (const Action* each : {&load_, &unload_, &traffic_}) {
    if (each->command->parsed()) return *each;
  }
  return list_;
}

Status ModelsCommand::Check() const {
  Status status;
  if (Given(load_, kVersion)) status = CheckVersionName(load_version_);
  if (Given(unload_, kVersion)) status = CheckVersionName(unload_version_);
  if (Given(traffic_, kSplit)) status = ParseServing(split_).status();
  if (status.ok() && Given(traffic_, kShadow)) {
    status = ParseShadow(shadow_).status();
  }
  return status;
}

ExitCode ModelsCommand::Run(const Console& console) const {
  const Action& action = Chosen();
  Status status = Check();
  Result<std::unique_ptr<ModelAdmin>> admin =
      status.ok() ? ConnectAdmin(action.admin) : std::move(status);
  if (!admin.ok()) {
    Complain(console.err, admin.status());
    return kExitUsage;
  }
  const Result<std::string> text = &action == &load_      ? Load(**admin)
                                   : &action == &unload_  ? Unload(**admin)
                                   : &action == &traffic_ ? Traffic(**admin)
                                                          : List(**admin);
  if (!text.ok()) {
    Complain(console.err, text.status());
    return ExitCodeFor(text.status());
  }
  if (console.out << *text << std::flush) return kExitAllAnswered;
  console.err << "emotion-client: the output cannot be written\n";
  return kExitFailed;
}

Result<std::string> ModelsCommand::List(ModelAdmin& admin) const {
  const auto list = admin.List();
  if (!list.ok()) return list.status();
  if (list_.output != kJson) {
    return ModelsTable(list->serving, list->available_versions);
  }
  Json json = ToJson(*list);
  json["available_versions"] = list->available_versions;
  return Printed(json);
}

Result<std::string> ModelsCommand::Load(ModelAdmin& admin) const {
  const auto loaded = admin.Load(
      load_version_, beside_ ? Activation::kBeside : Activation::kSwap);
  if (!loaded.ok()) return OfLoad(loaded.status());
  const auto list = admin.List();
  if (!list.ok()) return list.status();
  if (load_.output != kJson) {
    return "loaded " + loaded->name + ' ' + loaded->version + "\n\n" +
           ModelsTable(list->serving);
  }
  Json json = {
      {"loaded", {{"name", loaded->name}, {"version", loaded->version}}}};
  json.update(ToJson(*list));
  return Printed(json);
}

Result<std::string> ModelsCommand::Unload(ModelAdmin& admin) const {
  if (Status status = admin.Unload(unload_version_); !status.ok()) {
    return status;
  }
  const auto list = admin.List();
  if (!list.ok()) return list.status();
  return unload_.output == kJson ? Printed(ToJson(*list))
                                 : ModelsTable(list->serving);
}

Result<std::string> ModelsCommand::Traffic(ModelAdmin& admin) const {
  auto split = admin.GetTraffic();
  if (!split.ok()) return split.status();
  // Check() has parsed both.
  const bool new_split = Given(traffic_, kSplit);
  const bool new_shadow = Given(traffic_, kShadow);
  if (new_split) split->serving = *ParseServing(split_);
  if (new_shadow) split->shadows = *ParseShadow(shadow_);
  if (new_split || new_shadow) {
    if (Status status = admin.SetTraffic(*split); !status.ok()) return status;
  }
  if (traffic_.output != kJson) return TrafficTable(*split);
  return Printed({{"serving", ToJson(split->serving)},
                  {"shadows", ToJson(split->shadows)}});
}

}  // namespace emotion::client
