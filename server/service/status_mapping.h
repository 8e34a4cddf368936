#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>

#include "common/status.h"
#include "google/rpc/status.pb.h"

namespace emotion {

// The one place that turns this server's statuses into gRPC's.

// The code of the same name.
grpc::StatusCode ToGrpcCode(StatusCode code);

// `status` as google.rpc.Status, with the details that apply: BadRequest (which
// field), ErrorInfo (the reason, upper case, domain "emotion.v1") and
// RetryInfo (how long to wait).
google::rpc::Status ToRpcStatus(const Status& status);

// `status` as the end of a call, with the details of ToRpcStatus as its error
// details (the trailer grpc-status-details-bin) and, if the caller should come
// back, the trailer grpc-retry-pushback-ms that gRPC's own retries obey.
// REQUIRES: nothing has been sent on `context` yet.
grpc::Status ToGrpcStatus(const Status& status,
                          grpc::ServerContextBase& context);

}  // namespace emotion
