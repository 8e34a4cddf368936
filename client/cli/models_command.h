#pragma once

#include <CLI/App.hpp>
#include <string>

#include "client/cli/admin_flags.h"
#include "client/cli/console.h"
#include "client/cli/exit_code.h"

namespace emotion::client {

// `emotion-client models list|load|unload|traffic`: which versions of the model
// a server has loaded, and changes of that. Each prints how things stand when
// it is done.
class ModelsCommand {
 public:
  // Adds the command to `app`, which must not outlive this.
  explicit ModelsCommand(CLI::App& app);

  // Whether the command line chose it.
  bool chosen() const { return group_->parsed(); }
  ExitCode Run(const Console& console) const;

 private:
  // One of the four commands and the options that each has for itself.
  struct Action {
    CLI::App* command = nullptr;
    AdminFlags admin{};
    std::string output = "table";
  };

  void AddAction(Action& action, const std::string& name,
                 const std::string& help);
  void AddList();
  void AddLoad();
  void AddUnload();
  void AddTraffic();

  // What each does, once it is connected. The text for the chosen output.
  Result<std::string> List(ModelAdmin& admin) const;
  Result<std::string> Load(ModelAdmin& admin) const;
  Result<std::string> Unload(ModelAdmin& admin) const;
  Result<std::string> Traffic(ModelAdmin& admin) const;

  // The one that was chosen. REQUIRES: chosen().
  const Action& Chosen() const;
  static bool Given(const Action& action, const char* option);
  // Whether what was typed makes sense; asks nobody.
  Status Check() const;

  CLI::App* group_;
  Action list_;
  Action load_;
  std::string load_version_;
  bool beside_ = false;
  Action unload_;
  std::string unload_version_;
  Action traffic_;
  std::string split_;
  std::string shadow_;
};

}  // namespace emotion::client
