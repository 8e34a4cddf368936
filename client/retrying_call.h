#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/alarm.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "client/call_status.h"
#include "client/credentials.h"
#include "client/running_calls.h"
#include "client/try_schedule.h"
#include "common/clock.h"
#include "common/result.h"

namespace emotion::client {

// One call: its tries, one after another or as hedges side by side, inside one
// deadline. The first answer wins; what still runs then is cancelled. No thread
// waits between two tries: an alarm starts the next one.
//
// Thread-safe. The call keeps itself alive until its last try has ended, and is
// listed among the running calls as long as it exists.
class RetryingCall final : public RunningCall,
                           public std::enable_shared_from_this<RetryingCall> {
 public:
  using Answer = std::shared_ptr<const google::protobuf::Message>;

  struct Outcome {
    grpc::Status status;
    // Only with an OK status.
    Answer answer;
    // The server that was asked.
    Peer peer;
  };
  // Sends the request once, each time with an answer of its own, since tries
  // may overlap. The context lives until `finished` has run; gRPC runs that
  // exactly once, on a thread of its own. Safe to call from any thread.
  using Try = std::function<void(grpc::ClientContext* context,
                                 std::function<void(Outcome)> finished)>;
  // The answer, or why there is none, exactly once, on a thread of gRPC.
  using Done = std::function<void(Result<Answer>)>;

  struct Plan {
    Try send;
    Done done;
    // Sent as `x-request-id` with each try; empty means none.
    std::string request_id;
    // Sent as `x-emotion-key` with each try; empty means none.
    std::string key;
    // Asked for each try; empty: none.
    TokenSource token;
    Clock::TimePoint deadline;
    TrySchedule schedule;
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
  using Context = std::shared_ptr<grpc::ClientContext>;

  void StartTry();
  // Prepares a try, or says why there can be none.
  Result<Context> NewContext() const;
  void OnTryFinished(Outcome outcome, const Context& context, bool hedge);
  void OnAlarm(std::uint64_t alarm);
  // REQUIRES: mutex_ is held.
  void SetAlarm(TrySchedule::Wait wait);
  void Finish(Result<Answer> result);
  std::chrono::milliseconds Remaining() const;

  Plan plan_;
  RunningCalls& calls_;
  Clock& clock_;

  std::mutex mutex_;
  // Guarded by mutex_, as are plan_.schedule and plan_.done.
  bool cancelled_ = false;
  std::vector<Context> running_;
  std::unique_ptr<grpc::Alarm> alarm_;
  // Counts alarms: one that was replaced may still ring.
  std::uint64_t alarms_ = 0;
};

}  // namespace emotion::client
