#include <cstdio>
#include <string>
#include <utility>

#include "common/clock.h"
#include "server/config/config_loader.h"
#include "server/main/app.h"
#include "server/main/build_info.h"
#include "server/main/logging.h"
#include "server/main/openmp.h"
#include "server/main/signals.h"

namespace {

enum ExitCode { kStopped = 0, kStartFailed = 1, kBadConfiguration = 2 };

// The command to try next: the client that lies beside this binary.
std::string NextCommand(const std::string& self, const std::string& address) {
  const std::size_t slash = self.rfind('/');
  const std::string folder =
      slash == std::string::npos ? "" : self.substr(0, slash + 1);
  return folder + "emotion-client classify --address " + address +
         " \"Hello\" \"Hi, how are you?\""
         " \"I've never had such a bad day in my life\"";
}

int Fail(const emotion::Status& status, ExitCode code) {
  std::fprintf(stderr, "emotion-server: %s\n", status.ToString().c_str());
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  emotion::BoundOpenMpSpinning(argv);
  // Before any thread, so that all of them leave the signals to Wait.
  emotion::Signals signals;
  const auto command = emotion::LoadConfig(
      {argv, static_cast<std::size_t>(argc)}, emotion::kBuildVersion);
  if (!command.ok()) return Fail(command.status(), kBadConfiguration);
  if (command->text_to_print) {
    std::fputs(command->text_to_print->c_str(), stdout);
    return kStopped;
  }
  auto log = emotion::Log::Create(command->config.logging);
  if (!log.ok()) return Fail(log.status(), kBadConfiguration);

  auto app =
      emotion::App::Start(command->config, emotion::Clock::System(), **log);
  if (!app.ok()) {
    (*log)->Error("start failed", {{"reason", app.status().ToString()}});
    return kStartFailed;
  }
  std::printf("Ready. Try: %s\n",
              NextCommand(argv[0], (*app)->address()).c_str());
  std::fflush(stdout);

  while (signals.Wait() == emotion::SignalRequest::kReload) {
    (*log)->Info("reloading", {{"signal", signals.last_name()}});
    (*app)->Reload();
  }
  (*log)->Info("stopping", {{"signal", signals.last_name()}});
  (*app)->Stop();
  return kStopped;
}
