#include "client/call_status.h"

#include <charconv>
#include <string>
#include <utility>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace emotion::client {
namespace {

struct KnownCode {
  StatusCode code;
  // The name of a code that StatusCode lacks; otherwise empty.
  std::string_view foreign_name;
};

KnownCode FromRpcCode(int code) {
  switch (code) {
    case grpc::StatusCode::OK:
      return {StatusCode::kOk, ""};
    case grpc::StatusCode::INVALID_ARGUMENT:
      return {StatusCode::kInvalidArgument, ""};
    case grpc::StatusCode::OUT_OF_RANGE:
      return {StatusCode::kInvalidArgument, "OUT_OF_RANGE"};
    case grpc::StatusCode::NOT_FOUND:
      return {StatusCode::kNotFound, ""};
    case grpc::StatusCode::FAILED_PRECONDITION:
      return {StatusCode::kFailedPrecondition, ""};
    case grpc::StatusCode::UNIMPLEMENTED:
      return {StatusCode::kFailedPrecondition, "UNIMPLEMENTED"};
    case grpc::StatusCode::UNAUTHENTICATED:
      return {StatusCode::kFailedPrecondition, "UNAUTHENTICATED"};
    case grpc::StatusCode::PERMISSION_DENIED:
      return {StatusCode::kFailedPrecondition, "PERMISSION_DENIED"};
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return {StatusCode::kResourceExhausted, ""};
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return {StatusCode::kDeadlineExceeded, ""};
    case grpc::StatusCode::CANCELLED:
      return {StatusCode::kCancelled, ""};
    case grpc::StatusCode::UNAVAILABLE:
      return {StatusCode::kUnavailable, ""};
    case grpc::StatusCode::INTERNAL:
      return {StatusCode::kInternal, ""};
    default:
      return {StatusCode::kInternal, "UNKNOWN"};
  }
}

// gRPC marks what came over the wire so; the rest it made up on this side. The
// server's gRPC may be the first to see the deadline pass, and adds no word.
bool SaidByServer(const grpc::Status& status,
                  const grpc::ClientContext& context) {
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED &&
      status.error_message() == "Deadline Exceeded") {
    return false;
  }
  return context.debug_error_string().find("received from peer") !=
         std::string::npos;
}

// What stands between us and a TLS server, if gRPC's words tell. The words are
// those of gRPC and OpenSSL.
std::optional<Status> TlsFailure(const std::string& cause, const Peer& peer) {
  const auto names = [&cause](std::string_view words) {
    return cause.find(words) != std::string::npos;
  };
  const std::string& to = peer.address;
  // "EVP lib" is a signature by an authority that only bears a trusted name.
  if (names("certificate verify failed") || names("EVP lib")) {
    return Status(StatusCode::kFailedPrecondition,
                  "the certificate of " + to +
                      " is not signed by an authority that tls.ca trusts, or "
                      "is out of date");
  }
  if (names("is not in peer certificate")) {
    return Status(StatusCode::kFailedPrecondition,
                  "the certificate of " + to +
                      " is for another name; tls.server_name can tell which to "
                      "expect");
  }
  if (names("wrong version number")) {
    return Status(StatusCode::kFailedPrecondition, to + " does not speak TLS");
  }
  if (!names("failed to connect") && !names("all backends failing")) {
    return std::nullopt;
  }
  if (names("Socket closed") || names("Connection reset by peer") ||
      names("Broken pipe")) {
    return Status(
        StatusCode::kUnavailable,
        to + " closed the connection after the TLS handshake; does " +
            (peer.tls->certificate.empty() ? "it ask for a client certificate?"
                                           : "it refuse our certificate?"));
  }
  return std::nullopt;
}

Status LocalFailure(const grpc::Status& status, const Peer& peer) {
  const std::string& to = peer.address;
  const std::string& cause = status.error_message();
  const auto names = [&cause](std::string_view words) {
    return cause.find(words) != std::string::npos;
  };
  switch (status.error_code()) {
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return {StatusCode::kDeadlineExceeded,
              "no answer from " + to + " before the deadline"};
    case grpc::StatusCode::UNAVAILABLE:
      if (names("Connection refused")) {
        return {StatusCode::kUnavailable, to + " refuses the connection"};
      }
      if (names("DNS resolution failed")) {
        return {StatusCode::kUnavailable,
                "the host name in " + to + " cannot be resolved"};
      }
      if (names("backend unhealthy")) {
        return {StatusCode::kUnavailable, to + " says that it does not serve"};
      }
      if (peer.tls != nullptr) {
        if (auto failure = TlsFailure(cause, peer)) return *std::move(failure);
      }
      return {StatusCode::kUnavailable, "no connection to " + to};
    default:
      const auto [code, name] = FromRpcCode(status.error_code());
      return {code, (name.empty() ? "" : std::string(name) + ": ") + cause};
  }
}

std::optional<std::int64_t> PushBack(const grpc::ClientContext& context) {
  const auto& trailers = context.GetServerTrailingMetadata();
  const auto found = trailers.find("grpc-retry-pushback-ms");
  if (found == trailers.end()) return std::nullopt;
  const char* const begin = found->second.data();
  const char* const end = begin + found->second.size();
  std::int32_t value = 0;
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error != std::errc() || stop != end || value < 0) return -1;
  return value;
}

// Replaces the message by the violations, if there are any.
Status WithViolations(Status status, const google::rpc::BadRequest& details) {
  if (details.field_violations().empty()) return status;
  const auto& first = details.field_violations(0);
  std::string message = first.description();
  for (int i = 1; i < details.field_violations_size(); ++i) {
    const auto& next = details.field_violations(i);
    message += "; " + next.field() + ": " + next.description();
  }
  return Status(status.code(), std::move(message)).WithField(first.field());
}

}  // namespace

Status ReadStatus(const google::rpc::Status& rpc) {
  const auto [code, name] = FromRpcCode(rpc.code());
  if (code == StatusCode::kOk) return {};
  Status status(code,
                (name.empty() ? "" : std::string(name) + ": ") + rpc.message());
  std::optional<std::chrono::milliseconds> wait;
  for (const auto& detail : rpc.details()) {
    google::rpc::BadRequest violations;
    google::rpc::RetryInfo retry;
    if (detail.UnpackTo(&violations)) {
      status = WithViolations(std::move(status), violations);
    } else if (detail.UnpackTo(&retry)) {
      wait = std::chrono::milliseconds(retry.retry_delay().seconds() * 1000 +
                                       retry.retry_delay().nanos() / 1000000);
    }
  }
  if (wait) return std::move(status).WithRetryAfter(*wait);
  return status;
}

CallFailure ReadFailure(const grpc::Status& status,
                        const grpc::ClientContext& context, const Peer& peer) {
  if (status.error_code() == grpc::StatusCode::CANCELLED) {
    return {{StatusCode::kUnavailable, peer.address + " is closing"}, {}};
  }
  if (!SaidByServer(status, context)) return {LocalFailure(status, peer), {}};
  google::rpc::Status rpc;
  if (!rpc.ParseFromString(status.error_details())) rpc.Clear();
  rpc.set_code(status.error_code());
  rpc.set_message(status.error_message());
  Status said = ReadStatus(rpc);
  const auto push_back_ms = PushBack(context);
  if (push_back_ms.value_or(-1) < 0) return {std::move(said), push_back_ms};
  const std::chrono::milliseconds wait(*push_back_ms);
  return {std::move(said).WithRetryAfter(wait), push_back_ms};
}

}  // namespace emotion::client
