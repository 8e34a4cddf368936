#include "client/cli/connection.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <random>

namespace emotion::client {

void AddConnectionFlags(CLI::App& command, ConnectionFlags& flags) {
  command.add_option("--address", flags.address, "Where the server listens")
      ->envname("EMOTION_ADDRESS")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  command
      .add_option("--deadline-ms", flags.deadline_ms,
                  "Time for one answer, all tries included")
      ->check(CLI::Range(1, 3600000))
      ->type_name("MS")
      ->capture_default_str();
}

Result<std::unique_ptr<Client>> Connect(const ConnectionFlags& flags) {
  ClientOptions options;
  options.address = flags.address;
  options.deadline = std::chrono::milliseconds(flags.deadline_ms);
  options.jitter_seed = std::random_device()();
  return Client::Create(options);
}

}  // namespace emotion::client
