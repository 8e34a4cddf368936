#include "server/service/message_codec.h"

#include <gtest/gtest.h>

#include "emotion/v1/emotion.pb.h"

namespace emotion {
namespace {

grpc::ByteBuffer Bytes(const std::string& text) {
  const grpc::Slice slice(text);
  return grpc::ByteBuffer(&slice, 1);
}

TEST(MessageCodecTest, WhatIsWrittenIsReadBack) {
  v1::ClassifyRequest request;
  request.mutable_dialogue()->add_turns("caf\xC3\xA9");
  request.set_include_timings(true);
  grpc::ByteBuffer bytes;
  ASSERT_TRUE(SerializeMessage(request, bytes).ok());
  v1::ClassifyRequest back;
  ASSERT_TRUE(ParseMessage(bytes, back).ok());
  EXPECT_EQ(back.SerializeAsString(), request.SerializeAsString());
}

TEST(MessageCodecTest, TheEmptyMessageIsAMessage) {
  v1::ClassifyRequest request;
  EXPECT_TRUE(ParseMessage(Bytes(""), request).ok());
}

TEST(MessageCodecTest, TheFirstBadStringIsNamedByPathAndOffset) {
  v1::ClassifyBatchRequest request;
  request.add_dialogues()->add_turns("a");
  request.add_dialogues()->add_turns("b");
  request.mutable_dialogues(1)->add_turns("ab\xFFz");
  request.mutable_dialogues(1)->add_turns("\xFF");
  v1::ClassifyBatchRequest back;
  const Status status = ParseMessage(Bytes(request.SerializeAsString()), back);
  EXPECT_EQ(status.ToString(),
            "INVALID_ARGUMENT: dialogues[1].turns[1]: is not valid UTF-8 at "
            "byte 2");
  EXPECT_EQ(status.reason(), "encoding");
}

TEST(MessageCodecTest, ACallerWhoLeftBeforeItsMessageCameIsNoBadCaller) {
  v1::ClassifyRequest request;
  EXPECT_EQ(ParseMessage(grpc::ByteBuffer(), request).code(),
            StatusCode::kCancelled);
}

TEST(MessageCodecTest, UnknownFieldsAreNoFault) {
  v1::ClassifyRequest request;
  EXPECT_TRUE(ParseMessage(Bytes("\xAA\x06\x02hi"), request).ok());
}

TEST(MessageCodecTest, ATruncatedMessageIsMalformed) {
  v1::ClassifyRequest request;
  request.mutable_dialogue()->add_turns("hello");
  const std::string whole = request.SerializeAsString();
  for (std::size_t length = 1; length < whole.size(); ++length) {
    v1::ClassifyRequest back;
    const Status status = ParseMessage(Bytes(whole.substr(0, length)), back);
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << length;
    EXPECT_EQ(status.reason(), "malformed") << length;
  }
}

}  // namespace
}  // namespace emotion
