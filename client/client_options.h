#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/credentials.h"
#include "client/retry_budget.h"
#include "client/retry_policy.h"

namespace emotion::client {

// What all calls of a client share. Client::Create checks every range.
struct ClientOptions {
  // Where the server listens, "host:port" or any other name gRPC resolves. Not
  // empty. Calls to "dns:///name:port" are spread over all servers of the name.
  std::string address = "127.0.0.1:50051";
  // Several servers, each as in `address`, up to 64; then that is ignored.
  // Calls go to each in turn, and pass by those that are gone or say that they
  // do not serve; a retry or hedge prefers another server than the last.
  std::vector<std::string> addresses{};
  // None: plain text.
  std::optional<TlsOptions> tls{};
  // Sent as "authorization: Bearer ..." with each try; empty: none. Refused
  // where it would go out in plain text, but for servers on this machine.
  TokenSource token{};
  // Sends it all the same, as where something else encrypts the network.
  bool allow_plaintext_token = false;
  // Time for one call with all its tries, unless the call names its own. From
  // 1 ms to 1 h.
  std::chrono::milliseconds deadline{5000};
  // Largest message, either way, from 1 KiB to 1 GiB.
  std::size_t max_message_bytes = std::size_t{4} << 20;
  // When and how often a call is tried again; 1 to 10 tries.
  RetryOptions retry{};
  // What all calls together may spend on retries and hedges.
  RetryBudgetOptions retry_budget{};
  // Off, unless max_hedges says otherwise.
  HedgeOptions hedge{};
  // Seed for the spread of waits without a hint. Programs that run many
  // clients give each its own.
  std::uint64_t jitter_seed = 0;
};

// `addresses`, or else `address` alone. Pure.
std::vector<std::string> Addresses(const ClientOptions& options);

// Who goes first when requests wait at the server.
enum class Priority {
  // Somebody waits for the answer.
  kInteractive,
  // Background work: the server may let others overtake it.
  kBulk,
};

// What one call may set for itself.
struct CallOptions {
  // Sent as `x-request-id`, visible ASCII; empty means none.
  std::string request_id{};
  // Whether answers should say where their time went.
  bool include_timings = false;
  // Instead of ClientOptions::deadline, in the same range.
  std::optional<std::chrono::milliseconds> deadline{};
  // GetModelInfo has none and ignores it.
  Priority priority = Priority::kInteractive;
  // The version of the model that is to answer, visible ASCII; empty: as the
  // server splits its traffic. One that is not loaded there is NOT_FOUND.
  // GetModelInfo is about all versions and ignores it.
  std::string model_version{};
  // Sent as `x-emotion-key`, up to 1024 characters of visible ASCII, such as a
  // user's or a conversation's id: calls with the same key are answered by the
  // same version. Empty means none, and each call is split for itself.
  std::string key{};
};

}  // namespace emotion::client
