#include "server/service/status_mapping.h"

#include <google/protobuf/util/time_util.h>

#include <cctype>
#include <string>

#include "google/rpc/error_details.pb.h"

namespace emotion {

grpc::StatusCode ToGrpcCode(StatusCode code) {
  switch (code) {
    case StatusCode::kOk:
      return grpc::StatusCode::OK;
    case StatusCode::kInvalidArgument:
      return grpc::StatusCode::INVALID_ARGUMENT;
    case StatusCode::kNotFound:
      return grpc::StatusCode::NOT_FOUND;
    case StatusCode::kFailedPrecondition:
      return grpc::StatusCode::FAILED_PRECONDITION;
    case StatusCode::kResourceExhausted:
      return grpc::StatusCode::RESOURCE_EXHAUSTED;
    case StatusCode::kDeadlineExceeded:
      return grpc::StatusCode::DEADLINE_EXCEEDED;
    case StatusCode::kCancelled:
      return grpc::StatusCode::CANCELLED;
    case StatusCode::kUnavailable:
      return grpc::StatusCode::UNAVAILABLE;
    case StatusCode::kInternal:
      return grpc::StatusCode::INTERNAL;
  }
  return grpc::StatusCode::INTERNAL;
}

google::rpc::Status ToRpcStatus(const Status& status) {
  google::rpc::Status rpc;
  rpc.set_code(ToGrpcCode(status.code()));
  if (status.ok()) return rpc;
  rpc.set_message(status.field().empty()
                      ? status.message()
                      : status.field() + ": " + status.message());
  if (!status.field().empty()) {
    google::rpc::BadRequest detail;
    auto* violation = detail.add_field_violations();
    violation->set_field(status.field());
    violation->set_description(status.message());
    rpc.add_details()->PackFrom(detail);
  }
  if (!status.reason().empty()) {
    google::rpc::ErrorInfo detail;
    for (const char c : status.reason()) {
      detail.mutable_reason()->push_back(
          static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
    }
    detail.set_domain("emotion.v1");
    rpc.add_details()->PackFrom(detail);
  }
  if (status.retry_after()) {
    google::rpc::RetryInfo detail;
    *detail.mutable_retry_delay() =
        google::protobuf::util::TimeUtil::MillisecondsToDuration(
            status.retry_after()->count());
    rpc.add_details()->PackFrom(detail);
  }
  return rpc;
}

grpc::Status ToGrpcStatus(const Status& status,
                          grpc::ServerContextBase& context) {
  if (status.ok()) return grpc::Status::OK;
  if (status.retry_after()) {
    context.AddTrailingMetadata("grpc-retry-pushback-ms",
                                std::to_string(status.retry_after()->count()));
  }
  const google::rpc::Status rpc = ToRpcStatus(status);
  return grpc::Status(ToGrpcCode(status.code()), rpc.message(),
                      rpc.SerializeAsString());
}

}  // namespace emotion
