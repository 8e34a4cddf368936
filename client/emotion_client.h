#pragma once

#include <functional>
#include <future>
#include <memory>
#include <vector>

#include "client/classification.h"
#include "client/client_options.h"
#include "common/clock.h"
#include "common/result.h"

namespace emotion::client {

// Asks an emotion server. Every call comes in three forms: with a callback,
// with a future, and blocking.
//
// Thread-safe: any number of calls from any threads at once. Calls in flight
// are not counted or bounded here; the caller does that.
//
// Each call fires its callback exactly once: on a thread of gRPC, or, when the
// request is refused before it is sent, on the calling thread before the call
// returns. A callback must be quick and must not throw; it may start the next
// call; it must not destroy the client, nor wait for a future of this library:
// it would hold up the thread that brings the answer. A blocking call inside a
// callback fails at once, with FAILED_PRECONDITION.
//
// Failures, besides those the server names in emotion/v1/emotion.proto:
//   INVALID_ARGUMENT  also: a turn is not UTF-8; nothing was sent.
//   FAILED_PRECONDITION  the certificates do not fit, or the token cannot be
//                     had or is not accepted; the message says which.
//   UNAVAILABLE       no connection, or the server closes; and the tries or the
//                     time ran out.
//   DEADLINE_EXCEEDED no answer in time, all tries included.
//   CANCELLED         the client was destroyed.
//   INTERNAL          also: the answer makes no sense.
// UNAVAILABLE is retried, and RESOURCE_EXHAUSTED when the server says how long
// to wait; see WaitBeforeRetry and RetryBudget. Classifying twice does no harm.
class Client {
 public:
  template <typename T>
  using Callback = std::function<void(Result<T>)>;
  using Batch = std::vector<Result<Classification>>;

  // Checks the options; connects with the first call. INVALID_ARGUMENT names
  // the option, its value and what was expected. `clock` measures deadlines
  // and must outlive the client.
  static Result<std::unique_ptr<Client>> Create(const ClientOptions& options,
                                                Clock& clock = Clock::System());

  // Cancels what is in flight and returns when every callback has run. Futures
  // stay valid: theirs is then CANCELLED.
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Classifies one dialogue.
  void Classify(Turns turns, const CallOptions& call,
                Callback<Classification> done);
  // Blocks until the answer or the call's deadline, whichever is first.
  Result<Classification> Classify(Turns turns, const CallOptions& call = {});
  // Returns at once; the future is ready by the call's deadline.
  std::future<Result<Classification>> ClassifyFuture(
      Turns turns, const CallOptions& call = {});

  // Classifies many in one message. The outer result fails if the call as a
  // whole did; the inner ones are as many as the dialogues and in their order.
  void ClassifyBatch(std::vector<Turns> dialogues, const CallOptions& call,
                     Callback<Batch> done);
  Result<Batch> ClassifyBatch(std::vector<Turns> dialogues,
                              const CallOptions& call = {});
  std::future<Result<Batch>> ClassifyBatchFuture(std::vector<Turns> dialogues,
                                                 const CallOptions& call = {});

  // Asks which model answers.
  void GetModelInfo(const CallOptions& call, Callback<ModelInfo> done);
  Result<ModelInfo> GetModelInfo(const CallOptions& call = {});
  std::future<Result<ModelInfo>> GetModelInfoFuture(
      const CallOptions& call = {});

 private:
  class Impl;
  explicit Client(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace emotion::client
