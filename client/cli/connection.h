#pragma once

#include <CLI/App.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "client/emotion_client.h"

namespace emotion::client {

// The options of every command that talks to a server.
struct ConnectionFlags {
  std::string address = "127.0.0.1:50051";
  int deadline_ms = 5000;
};

// Adds --address (environment: EMOTION_ADDRESS) and --deadline-ms. `flags`
// must outlive `command`.
void AddConnectionFlags(CLI::App& command, ConnectionFlags& flags);

// INVALID_ARGUMENT names the option at fault.
Result<std::unique_ptr<Client>> Connect(const ConnectionFlags& flags);

}  // namespace emotion::client
