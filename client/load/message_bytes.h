#pragma once

#include <google/protobuf/message_lite.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/proto_buffer_reader.h>
#include <grpcpp/support/slice.h>

namespace emotion::load {

// Messages as bytes on the wire. Two encodings one after the other are one
// message in which the second's fields are set over or added to the first's:
// so what varies can be put behind what was encoded once.

inline grpc::Slice ToSlice(const google::protobuf::MessageLite& message) {
  return grpc::Slice(message.SerializeAsString());
}

// False if `bytes` do not hold such a message.
inline bool FromBytes(grpc::ByteBuffer& bytes,
                      google::protobuf::MessageLite& message) {
  grpc::ProtoBufferReader reader(&bytes);
  return message.ParseFromZeroCopyStream(&reader);
}

}  // namespace emotion::load
