#include "server/service/message_codec.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/unknown_field_set.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/proto_buffer_reader.h>

#include <map>
#include <optional>
#include <string>

#include "common/utf8.h"

namespace emotion {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::UnknownField;
using google::protobuf::UnknownFieldSet;

// The first `string` field of a `type` message, in wire order, that is not
// valid UTF-8. protobuf's parser says only that it failed; so the wire is read
// a second time, as fields without types (number, wire type, bytes), which the
// message's descriptor names. Only length-delimited fields can hold text or
// further messages; a field that the descriptor does not know is skipped, as
// the parser would. This costs time only where a call fails anyway.
std::optional<Status> FindBadString(const UnknownFieldSet& fields,
                                    const Descriptor& type,
                                    const std::string& prefix) {
  std::map<int, int> seen;
  for (int i = 0; i < fields.field_count(); ++i) {
    const UnknownField& field = fields.field(i);
    const FieldDescriptor* known = type.FindFieldByNumber(field.number());
    if (known == nullptr ||
        field.type() != UnknownField::TYPE_LENGTH_DELIMITED) {
      continue;
    }
    std::string path = prefix + known->name();
    if (known->is_repeated()) {
      path += '[';
      path += std::to_string(seen[field.number()]++);
      path += ']';
    }
    const std::string& bytes = field.length_delimited();
    if (known->type() == FieldDescriptor::TYPE_STRING) {
      if (const auto offset = FindInvalidUtf8(bytes)) {
        return Status(StatusCode::kInvalidArgument,
                      "is not valid UTF-8 at byte " + std::to_string(*offset))
            .WithField(std::move(path))
            .WithReason("encoding");
      }
    } else if (known->type() == FieldDescriptor::TYPE_MESSAGE) {
      UnknownFieldSet inner;
      if (!inner.ParseFromString(bytes)) continue;
      if (auto found =
              FindBadString(inner, *known->message_type(), path + ".")) {
        return found;
      }
    }
  }
  return std::nullopt;
}

}  // namespace

Status ParseMessage(const grpc::ByteBuffer& bytes,
                    google::protobuf::Message& message) {
  if (!bytes.Valid()) {
    return Status(StatusCode::kCancelled, "the request never came");
  }
  // The reader takes the buffer's slices out of it, hence a copy of the handle;
  // the bytes themselves are shared.
  grpc::ByteBuffer buffer(bytes);
  grpc::ProtoBufferReader reader(&buffer);
  if (message.ParseFromZeroCopyStream(&reader)) return Status();

  const Descriptor& type = *message.GetDescriptor();
  grpc::ByteBuffer again(bytes);
  grpc::ProtoBufferReader wire(&again);
  UnknownFieldSet fields;
  if (fields.ParseFromZeroCopyStream(&wire)) {
    if (auto found = FindBadString(fields, type, "")) return *std::move(found);
  }
  return Status(StatusCode::kInvalidArgument,
                "the request is not a " + type.full_name() + " message")
      .WithReason("malformed");
}

Status SerializeMessage(const google::protobuf::Message& message,
                        grpc::ByteBuffer& bytes) {
  bool own_buffer = false;
  const grpc::Status status = grpc::GenericSerialize<grpc::ProtoBufferWriter,
                                                     google::protobuf::Message>(
      message, &bytes, &own_buffer);
  if (status.ok()) return Status();
  return Status(StatusCode::kInternal, "the answer could not be written");
}

}  // namespace emotion
