#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/support/byte_buffer.h>

#include "common/status.h"

namespace emotion {

// Reads `message` from the bytes of a call. gRPC itself answers UNIMPLEMENTED
// to what protobuf cannot parse, which helps no caller; so the methods take raw
// bytes and come here.
//
// INVALID_ARGUMENT, reason "encoding": some `string` field is not valid UTF-8
// (its path is the status' field, the message names the byte offset); reason
// "malformed": the bytes are no protobuf message at all. CANCELLED: the caller
// went away before its message came, and there are no bytes.
Status ParseMessage(const grpc::ByteBuffer& bytes,
                    google::protobuf::Message& message);

// The opposite. INTERNAL if memory does not suffice.
Status SerializeMessage(const google::protobuf::Message& message,
                        grpc::ByteBuffer& bytes);

}  // namespace emotion
