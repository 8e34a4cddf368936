#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/classification.h"
#include "client/retry_policy.h"
#include "server/base/clock.h"
#include "server/base/result.h"

namespace emotion::client {

struct ClientOptions {
  // Where the server listens, "host:port" or any other name gRPC resolves. Not
  // empty.
  std::string address = "127.0.0.1:50051";
  // Time for one call with all its tries, unless the call names its own. From
  // 1 ms to 1 h.
  std::chrono::milliseconds deadline{5000};
  // Largest message, either way, from 1 KiB to 1 GiB.
  std::size_t max_message_bytes = std::size_t{4} << 20;
  // When and how often a call is tried again; 1 to 10 tries.
  RetryOptions retry;
  // Seed for the spread of waits without a hint. Programs that run many
  // clients give each its own.
  std::uint64_t jitter_seed = 0;
};

// What one call may set for itself.
struct CallOptions {
  // Sent as `x-request-id`, visible ASCII; empty means none.
  std::string request_id{};
  // Whether answers should say where their time went.
  bool include_timings = false;
  // Instead of ClientOptions::deadline, in the same range.
  std::optional<std::chrono::milliseconds> deadline{};
};

// Asks an emotion server, without blocking.
//
// Thread-safe: any number of calls from any threads at once. Calls in flight
// are not counted or bounded here; the caller does that.
//
// Each call fires its callback exactly once: on a thread of gRPC, or, when the
// request is refused before it is sent, on the calling thread before the call
// returns. A callback must be quick and must not throw; it may start the next
// call; it must not destroy the client.
//
// Failures, besides those the server names in emotion/v1/emotion.proto:
//   INVALID_ARGUMENT  also: a turn is not UTF-8; nothing was sent.
//   UNAVAILABLE       no connection, and the tries or the time ran out.
//   DEADLINE_EXCEEDED no answer in time, all tries included.
//   CANCELLED         the client was destroyed.
//   INTERNAL          also: the answer makes no sense.
// UNAVAILABLE is retried, and RESOURCE_EXHAUSTED when the server says how long
// to wait; see WaitBeforeRetry. Judging twice does no harm.
class Client {
 public:
  template <typename T>
  using Callback = std::function<void(Result<T>)>;

  // Checks the options; connects with the first call. INVALID_ARGUMENT names
  // the option, its value and what was expected. `clock` measures deadlines
  // and must outlive the client.
  static Result<std::unique_ptr<Client>> Create(const ClientOptions& options,
                                                Clock& clock = Clock::System());

  // Cancels what is in flight and returns when every callback has run.
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Judges one dialogue.
  void Classify(Turns turns, const CallOptions& call,
                Callback<Classification> done);

  // Judges many in one message. The outer result fails if the call as a whole
  // did; the inner ones are as many as the dialogues and in their order.
  void ClassifyBatch(std::vector<Turns> dialogues, const CallOptions& call,
                     Callback<std::vector<Result<Classification>>> done);

  // Asks which model answers.
  void GetModelInfo(const CallOptions& call, Callback<ModelInfo> done);

 private:
  class Impl;
  explicit Client(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace emotion::client
