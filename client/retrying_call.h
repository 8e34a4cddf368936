#pragma once

#include <grpcpp/alarm.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "client/retry_policy.h"
#include "client/running_calls.h"
#include "server/base/clock.h"
#include "server/base/status.h"

namespace emotion::client {

// One call: its tries one after another, inside one deadline. No thread waits
// between two tries: an alarm starts the next one.
//
// Thread-safe. The call keeps itself alive until it has answered, and is
// listed among the running calls as long as it exists.
class RetryingCall final : public RunningCall,
                           public std::enable_shared_from_this<RetryingCall> {
 public:
  // Sends the request once. The context lives until `finished` has run; gRPC
  // runs that exactly once, on a thread of its own.
  using Try = std::function<void(grpc::ClientContext* context,
                                 std::function<void(grpc::Status)> finished)>;
  // The outcome of the last try, exactly once, on a thread of gRPC.
  using Done = std::function<void(Status)>;

  struct Plan {
    Try send;
    Done done;
    // For messages only.
    std::string address;
    // Sent as `x-request-id` with each try; empty means none.
    std::string request_id;
    Clock::TimePoint deadline;
    RetryOptions retry;
    // Gives a number from 0 to 1; safe to call from any thread.
    std::function<double()> jitter;
  };

  // `calls` and `clock` must outlive the call, which `calls` sees to.
  static void Start(Plan plan, RunningCalls& calls, Clock& clock);

  RetryingCall(Plan plan, RunningCalls& calls, Clock& clock);
  ~RetryingCall() override;

  // Ends the call with CANCELLED: soon, not at once. Later calls do nothing.
  void Cancel() override;

 private:
  void StartTry();
  void OnTryFinished(const grpc::Status& status,
                     const grpc::ClientContext& context);
  void Finish(Status status);
  std::chrono::milliseconds Remaining() const;

  Plan plan_;
  RunningCalls& calls_;
  Clock& clock_;

  std::mutex mutex_;
  // Guarded by mutex_.
  bool cancelled_ = false;
  int tries_ = 0;
  std::shared_ptr<grpc::ClientContext> context_;
  std::unique_ptr<grpc::Alarm> alarm_;
};

}  // namespace emotion::client
