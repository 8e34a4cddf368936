#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <concepts>
#include <utility>

#include "common/status.h"
#include "server/service/call.h"
#include "server/service/method_info.h"

namespace emotion {

// A unary call as gRPC hands it to a method of a service.
struct UnaryArrival {
  const CallParts& parts;
  // A constant of the service.
  const MethodInfo& method;
  // gRPC's own; context and response live until OnDone, the request until the
  // method returns.
  grpc::CallbackServerContext& context;
  const grpc::ByteBuffer& request;
  grpc::ByteBuffer& response;
};

// gRPC's reactor of a unary call: a thin skin on Call. Each method derives its
// own, which reads the request in Handle and ends with one Reply or Fail, on
// any thread. Owned by gRPC: it deletes itself in OnDone.
//
// gRPC's contract (callback API): no reaction runs before the method returns
// the reactor, OnDone is the last, and neither it nor the deletion overtakes an
// OnCancel that is still running. So a method may set up its call after the
// answer has been given, until it returns.
class UnaryReactor : public grpc::ServerUnaryReactor {
 public:
  // Makes the reactor of a method and runs it if the call is admitted; the only
  // way to Handle. The service's method passes on what gRPC gave it and returns
  // what this returns. `Method` is made from the arrival and `arguments`.
  template <std::derived_from<UnaryReactor> Method, typename... Arguments>
  static grpc::ServerUnaryReactor* Run(const CallParts& parts,
                                       const MethodInfo& method,
                                       grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response,
                                       Arguments&&... arguments) {
    const UnaryArrival arrival{.parts = parts,
                               .method = method,
                               .context = *context,
                               .request = *request,
                               .response = *response};
    UnaryReactor* reactor =
        new Method(arrival, std::forward<Arguments>(arguments)...);
    reactor->Begin(arrival.request);
    return reactor;
  }

 protected:
  explicit UnaryReactor(const UnaryArrival& arrival);

  const Call& call() const { return call_; }

  // Ends the call with a message, or with a failure. Together at most once.
  void Reply(const google::protobuf::Message& message);
  void Fail(const Status& status);

 private:
  void Begin(const grpc::ByteBuffer& request);
  void End(const Status& status);
  void OnDone() final;
  void OnCancel() final;

  // Reads the request, whose bytes are gone once this returns. Must not block.
  virtual void Handle(const grpc::ByteBuffer& request) = 0;

  // The caller went away, or its deadline passed, before the call ended. May
  // run at the same time as an answer.
  virtual void OnCallerGone() {}

  Call call_;
  grpc::ByteBuffer& response_;
};

}  // namespace emotion
