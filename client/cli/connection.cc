#include "client/cli/connection.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdlib>
#include <random>
#include <utility>

namespace emotion::client {
namespace {

void AddTlsFlags(CLI::App& command, ConnectionFlags& flags) {
  command.add_flag("--tls", flags.tls,
                   "Speak TLS; trust the public authorities");
  command.add_option("--tls-ca", flags.tls_files.ca, "Trust these (PEM)")
      ->type_name("FILE");
  command
      .add_option("--tls-cert", flags.tls_files.certificate,
                  "Our certificate (PEM), for a server that asks")
      ->type_name("FILE");
  command.add_option("--tls-key", flags.tls_files.key, "And its key (PEM)")
      ->type_name("FILE");
  command
      .add_option("--tls-server-name", flags.tls_server_name,
                  "The name in the server's certificate, if not the host's")
      ->type_name("NAME");
  command
      .add_option("--token-file", flags.token_file,
                  "Send the bearer token that this file holds")
      ->type_name("FILE");
}

}  // namespace

void AddConnectionFlags(CLI::App& command, ConnectionFlags& flags) {
  command
      .add_option("--address", flags.addresses,
                  "Where the server listens; several share the calls")
      ->envname("EMOTION_ADDRESS")
      ->type_name("HOST:PORT")
      ->allow_extra_args(false)
      ->default_str(flags.addresses.front());
  command
      .add_option("--deadline-ms", flags.deadline_ms,
                  "Time for one answer, all tries included")
      ->check(CLI::Range(1, 3600000))
      ->type_name("MS")
      ->capture_default_str();
  AddTlsFlags(command, flags);
}

Result<std::unique_ptr<Client>> Connect(const ConnectionFlags& flags) {
  // What gRPC would log, the status says; in one sentence.
  setenv("GRPC_VERBOSITY", "NONE", 0);
  ClientOptions options;
  options.addresses = flags.addresses;
  options.deadline = std::chrono::milliseconds(flags.deadline_ms);
  options.jitter_seed = std::random_device()();
  const TlsFiles& files = flags.tls_files;
  if (flags.tls || !files.ca.empty() || !files.certificate.empty() ||
      !files.key.empty() || !flags.tls_server_name.empty()) {
    auto tls = ReadTls(files);
    if (!tls.ok()) return std::move(tls).status();
    options.tls = *std::move(tls);
    options.tls->server_name = flags.tls_server_name;
  }
  if (!flags.token_file.empty()) options.token = TokenFile(flags.token_file);
  return Client::Create(options);
}

}  // namespace emotion::client
