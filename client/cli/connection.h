#pragma once

#include <CLI/App.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "client/emotion_client.h"

namespace emotion::client {

// The options of every command that talks to a server.
struct ConnectionFlags {
  std::vector<std::string> addresses = {"127.0.0.1:50051"};
  int deadline_ms = 5000;
  // Any of the next four turns TLS on; paths, the last one a name.
  bool tls = false;
  TlsFiles tls_files;
  std::string tls_server_name;
  std::string token_file;
};

// Adds --address (environment: EMOTION_ADDRESS), --deadline-ms, --tls,
// --tls-ca, --tls-cert, --tls-key, --tls-server-name and --token-file. `flags`
// must outlive `command`.
void AddConnectionFlags(CLI::App& command, ConnectionFlags& flags);

// INVALID_ARGUMENT names the option at fault.
Result<std::unique_ptr<Client>> Connect(const ConnectionFlags& flags);

}  // namespace emotion::client
