#include "server/service/unary_call.h"

#include "server/service/message_codec.h"
#include "server/service/status_mapping.h"

namespace emotion {
namespace {

constexpr char kRequestIdKey[] = "x-request-id";

// A deadline further away than this is none.
constexpr std::chrono::hours kFarAway{24};

std::string_view OfferedId(const grpc::CallbackServerContext& context) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find(kRequestIdKey);
  if (found == metadata.end()) return {};
  return {found->second.data(), found->second.size()};
}

}  // namespace

UnaryCall::UnaryCall(const CallParts& parts,
                     grpc::CallbackServerContext* context,
                     grpc::ByteBuffer* response, const MethodInfo& method)
    : parts_(parts),
      context_(*context),
      response_(*response),
      method_(method),
      request_id_(parts.request_ids.Choose(OfferedId(*context))),
      started_at_(parts.clock.Now()) {
  context_.AddInitialMetadata(kRequestIdKey, request_id_);
  parts_.observer.OnCallStarted(method_);
}

void UnaryCall::Reply(const google::protobuf::Message& message) {
  if (Status status = SerializeMessage(message, response_); !status.ok()) {
    Fail(status);
    return;
  }
  End(grpc::Status::OK, StatusCode::kOk);
}

void UnaryCall::Fail(const Status& status) {
  End(ToGrpcStatus(status, context_), status.code());
}

CallContext UnaryCall::context(Priority priority) const {
  return {deadline(), [this] { return caller_gone_.load(); }, priority};
}

Clock::TimePoint UnaryCall::deadline() const {
  const auto wall = context_.deadline();
  const auto now = parts_.clock.WallNow();
  if (wall >= now + kFarAway) return Clock::TimePoint::max();
  return parts_.clock.Now() + (wall - now);
}

void UnaryCall::End(const grpc::Status& status, StatusCode code) {
  // An answer that nobody waits for any more is not a success.
  if (code == StatusCode::kOk && caller_gone_.load()) {
    code = parts_.clock.Now() >= deadline() ? StatusCode::kDeadlineExceeded
                                            : StatusCode::kCancelled;
  }
  parts_.observer.OnCallHandled({.method = method_,
                                 .code = code,
                                 .duration = parts_.clock.Now() - started_at_,
                                 .request_id = request_id_});
  Finish(status);
}

void UnaryCall::OnDone() { delete this; }

void UnaryCall::OnCancel() {
  caller_gone_.store(true);
  OnCallerGone();
}

}  // namespace emotion
