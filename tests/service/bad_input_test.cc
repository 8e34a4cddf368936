#include <gmock/gmock.h>

#include "tests/service/raw_call.h"
#include "tests/service/service_fixture.h"

namespace emotion {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct BadDialogue {
  const char* what;
  std::vector<std::string> turns;
  const char* field;
  const char* message;
  const char* reason;
};

TEST_F(ServiceTest, BadDialoguesAreRefusedWithFieldAndReason) {
  Serve();
  const BadDialogue cases[] = {
      {"no turns", {}, "dialogue.turns", "has 0 turns", "TURN_COUNT"},
      {"four turns",
       {"a", "b", "c", "d"},
       "dialogue.turns",
       "has 4 turns; expected 1 to 3",
       "TURN_COUNT"},
      {"empty last turn", {"a", ""}, "dialogue.turns[1]", "", "EMPTY"},
      {"blank last turn", {" \t\n"}, "dialogue.turns[0]", "", "EMPTY"},
      {"invalid UTF-8",
       {"a", "good", "bad\xC0\xAF"},
       "dialogue.turns[2]",
       "at byte 3",
       "ENCODING"},
      {"a long turn",
       {std::string(41, 'a'), "b"},
       "dialogue.turns[0]",
       "41",
       "TOO_LONG"},
  };
  for (const BadDialogue& bad : cases) {
    const grpc::Status status = Classify(bad.turns);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT)
        << bad.what;
    EXPECT_THAT(status.error_message(), HasSubstr(bad.message)) << bad.what;
    const auto violations = DetailOf<google::rpc::BadRequest>(status);
    ASSERT_EQ(violations.field_violations_size(), 1) << bad.what;
    EXPECT_EQ(violations.field_violations(0).field(), bad.field) << bad.what;
    EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(status).reason(), bad.reason)
        << bad.what;
  }
  EXPECT_TRUE(Classify({"still here"}).ok());
}

TEST_F(ServiceTest, ARequestWithoutADialogueIsRefused) {
  Serve();
  grpc::ClientContext context;
  const grpc::Status status = stub_->Classify(&context, {}, &response_);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("dialogue.turns"));
}

TEST_F(ServiceTest, ABatchHasFromOneToTheLimit) {
  ServiceOptions options;
  options.max_batch_dialogues = 2;
  Serve(options);
  for (const int count : {0, 3}) {
    v1::ClassifyBatchRequest request;
    for (int i = 0; i < count; ++i) request.add_dialogues()->add_turns("a");
    v1::ClassifyBatchResponse response;
    grpc::ClientContext context;
    const grpc::Status status =
        stub_->ClassifyBatch(&context, request, &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(status.error_message(), "dialogues: has " +
                                          std::to_string(count) +
                                          " dialogues; expected 1 to 2");
  }
  EXPECT_EQ(observer_.Count("invalid item_count"), 2U);
}

TEST_F(ServiceTest, InvalidUtf8InABatchIsNamedByItsPlace) {
  Serve();
  v1::ClassifyBatchRequest request;
  request.add_dialogues()->add_turns("fine");
  request.add_dialogues()->add_turns("also fine");
  request.mutable_dialogues(1)->add_turns("\xED\xA0\x80");
  v1::ClassifyBatchResponse response;
  grpc::ClientContext context;
  const grpc::Status status =
      stub_->ClassifyBatch(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(),
            "dialogues[1].turns[1]: is not valid UTF-8 at byte 0");
}

TEST_F(ServiceTest, WhatIsNoProtobufIsInvalidAndNotUnimplemented) {
  Serve();
  for (const char* bytes : {"\x0A\xFF", "\x0A\x05zz", "garbage"}) {
    const grpc::Status status =
        CallRaw(channel_, "/emotion.v1.EmotionService/Classify", bytes).status;
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(status.error_message(),
              "the request is not a emotion.v1.ClassifyRequest message");
  }
  EXPECT_EQ(observer_.Count("invalid malformed"), 3U);
  EXPECT_THAT(
      rpc_observer_.handled(),
      ElementsAre("Classify INVALID_ARGUMENT", "Classify INVALID_ARGUMENT",
                  "Classify INVALID_ARGUMENT"));
}

TEST_F(ServiceTest, ACompressedRequestIsNotExpanded) {
  Serve();
  grpc::ClientContext context;
  context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  const grpc::Status status =
      Classify({std::string(30, 'a'), std::string(30, 'a')}, context);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(ServiceTest, AMessageOverTheByteLimitIsRefused) {
  listener_.max_message_bytes = 1024;
  Serve();
  EXPECT_EQ(Classify({std::string(2000, 'a')}).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(Classify({"a"}).ok());
}

}  // namespace
}  // namespace emotion
