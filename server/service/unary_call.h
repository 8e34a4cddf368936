#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/status.h"
#include "server/engine/request.h"
#include "server/service/request_id.h"
#include "server/service/rpc_observer.h"

namespace emotion {

// What every call needs of the house. All outlive the calls.
struct CallParts {
  Clock& clock;
  RpcObserver& observer;
  RequestIds& request_ids;
};

// One unary call from its first byte to its last: echoes the request id, ends
// exactly once, and tells the observer of its start and its end. Owned by gRPC:
// made with new inside a method, it deletes itself in OnDone.
//
// gRPC's contract (callback API): no reaction runs before the method returns
// the reactor, OnDone is the last, and neither it nor the deletion overtakes an
// OnCancel that is still running. So a method may set up its call after the
// answer has been given, until it returns.
class UnaryCall : public grpc::ServerUnaryReactor {
 public:
  // `response` is where the reply's bytes go; like `context` it lives until
  // OnDone. `method` is a constant of the service.
  UnaryCall(const CallParts& parts, grpc::CallbackServerContext* context,
            grpc::ByteBuffer* response, const MethodInfo& method);

  // Ends the call with a message, or with a failure. Together at most once.
  void Reply(const google::protobuf::Message& message);
  void Fail(const Status& status);

  // Deadline, presence and priority of the caller, for the engine. Its
  // predicate asks this call, which outlives the answer.
  CallContext context(Priority priority) const;

 private:
  void OnDone() final;
  void OnCancel() final;

  // The caller went away, or its deadline passed, before the call ended. May
  // run at the same time as an answer.
  virtual void OnCallerGone() {}

  // When the caller stops waiting, on the server's clock.
  Clock::TimePoint deadline() const;

  void End(const grpc::Status& status, StatusCode code);

  const CallParts parts_;
  grpc::CallbackServerContext& context_;
  grpc::ByteBuffer& response_;
  const MethodInfo& method_;
  const std::string request_id_;
  const Clock::TimePoint started_at_;
  std::atomic<bool> caller_gone_{false};
};

}  // namespace emotion
