#include "client/cli/admin_flags.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <chrono>

namespace emotion::client {

void AddAdminFlags(CLI::App& command, AdminFlags& flags) {
  command
      .add_option("--admin-address", flags.address,
                  "Where the server lets models be changed, as its own "
                  "--admin-address says: unix:/PATH or HOST:PORT; required")
      ->envname("EMOTION_ADMIN_ADDRESS")
      ->type_name("ADDRESS");
  command.add_option("--timeout", flags.timeout_s, "Time for an answer")
      ->check(CLI::Range(1, 3600))
      ->type_name("SECONDS")
      ->capture_default_str();
}

Result<std::unique_ptr<ModelAdmin>> ConnectAdmin(const AdminFlags& flags) {
  if (flags.address.empty()) {
    return Status(StatusCode::kInvalidArgument,
                  "is missing: expected --admin-address, or "
                  "EMOTION_ADMIN_ADDRESS in the environment")
        .WithField("admin-address");
  }
  return ModelAdmin::Create(
      {.address = flags.address,
       .deadline = std::chrono::seconds(flags.timeout_s)});
}

}  // namespace emotion::client
