#include "server/service/call.h"

#include <chrono>
#include <string_view>

#include "server/service/status_mapping.h"

namespace emotion {
namespace {

constexpr char kAuthorizationKey[] = "authorization";
constexpr char kRequestIdKey[] = "x-request-id";
constexpr char kRoutingKey[] = "x-emotion-key";

// A deadline further away than this is none.
constexpr std::chrono::hours kFarAway{24};

// The metadata of that name, or nothing.
std::string_view Sent(const grpc::ServerContextBase& context, const char* key) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find(key);
  if (found == metadata.end()) return {};
  return {found->second.data(), found->second.size()};
}

// gRPC hands the deadline over as wall time, made of the timeout that the
// caller sent when the call arrived. It is turned into monotonic time at once,
// so that a step of the wall clock while the call waits changes nothing.
Clock::TimePoint OnServerClock(std::chrono::system_clock::time_point wall,
                               Clock::TimePoint now,
                               std::chrono::system_clock::time_point wall_now) {
  if (wall >= wall_now + kFarAway) return Clock::TimePoint::max();
  return now + (wall - wall_now);
}

}  // namespace

Call::Call(const CallParts& parts, const MethodInfo& method,
           grpc::ServerContextBase& context)
    : parts_(parts),
      method_(method),
      context_(context),
      request_id_(parts.request_ids.Choose(Sent(context, kRequestIdKey))),
      started_at_(parts.clock.Now()),
      deadline_(OnServerClock(context.deadline(), started_at_,
                              parts.clock.WallNow())) {
  context_.AddInitialMetadata(kRequestIdKey, request_id_);
  parts_.observer.OnCallStarted(method_);
  admission_ =
      parts_.gate.Admit({.method = method_,
                         .request_id = request_id_,
                         .authorization = Sent(context_, kAuthorizationKey),
                         .peer = [&context] { return context.peer(); }});
}

Call::~Call() { CountEnd(StatusCode::kInternal); }

std::string_view Call::routing_key() const {
  const std::string_view sent = Sent(context_, kRoutingKey);
  return sent.empty() ? std::string_view(request_id_) : sent;
}

CallContext Call::ForEngine(Priority priority) const {
  return {.deadline = deadline_,
          .caller_gone = [this] { return caller_gone(); },
          .priority = priority};
}

std::optional<grpc::Status> Call::End(const Status& status) {
  StatusCode code = status.code();
  // An answer that nobody waits for any more is not a success.
  if (code == StatusCode::kOk && caller_gone()) {
    code = parts_.clock.Now() >= deadline_ ? StatusCode::kDeadlineExceeded
                                           : StatusCode::kCancelled;
  }
  if (!CountEnd(code)) return std::nullopt;
  return ToGrpcStatus(status, context_);
}

bool Call::CountEnd(StatusCode code) {
  if (ended_.exchange(true)) return false;
  parts_.observer.OnCallHandled({.method = method_,
                                 .code = code,
                                 .duration = parts_.clock.Now() - started_at_,
                                 .request_id = request_id_});
  return true;
}

}  // namespace emotion
