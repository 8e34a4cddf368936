#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <cstdint>
#include <optional>
#include <string>

#include "client/credentials.h"
#include "common/status.h"

namespace google::rpc {
class Status;
}

namespace emotion::client {

// A failed try of a call, in our own terms.
struct CallFailure {
  Status status;
  // `grpc-retry-pushback-ms` of the trailing metadata, if the server sent it.
  // A value that is no number reads as -1: do not retry (gRFC A6).
  std::optional<std::int64_t> push_back_ms;
};

// Whom a try asked, as far as messages name it.
struct Peer {
  std::string address;
  // What the client knows of TLS; none: plain text. Must outlive this.
  const TlsOptions* tls = nullptr;
};

// Reads a try's failure. REQUIRES: !status.ok(), the try has finished, and this
// side did not cancel it.
//
// What the server said is kept: code, message, and from the details
// (google.rpc.Status in `grpc-status-details-bin`) the field violations and
// the wait. What gRPC itself made up on this side, such as a refused
// connection, becomes one sentence that names the address, without the
// library's own chain of causes. A handshake that can never succeed, as with a
// certificate that is not trusted, is FAILED_PRECONDITION. CANCELLED, with
// which gRPC answers a call that reaches a server just when it closes, is
// UNAVAILABLE. Codes outside StatusCode take the nearest one and keep their own
// name in the message.
CallFailure ReadFailure(const grpc::Status& status,
                        const grpc::ClientContext& context, const Peer& peer);

// Reads the status of one dialogue of a batch. May be OK.
//
// With google.rpc.BadRequest details the first violation gives field() and
// message(); further ones follow in the message as "; field: description".
Status ReadStatus(const google::rpc::Status& status);

}  // namespace emotion::client
