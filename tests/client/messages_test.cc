#include "client/messages.h"

#include <gtest/gtest.h>

#include "client/call_status.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace emotion::client {
namespace {

TEST(MessagesTest, AnAnswerWithoutItsClassificationIsAnInternalError) {
  EXPECT_EQ(ReadClassification({}).status().ToString(),
            "INTERNAL: the server's answer holds no classification");
}

TEST(MessagesTest, ABatchOfTheWrongLengthIsAnInternalError) {
  v1::ClassifyBatchResponse answer;
  answer.add_results();
  EXPECT_EQ(ReadBatch(answer, 2).status().ToString(),
            "INTERNAL: the server's answer holds 1 results for 2 dialogues");
  const auto results = ReadBatch(answer, 1);
  ASSERT_TRUE(results.ok());
  EXPECT_EQ((*results)[0].status().code(), StatusCode::kInternal);
}

TEST(MessagesTest, AStatusKeepsItsViolationsAndItsWait) {
  google::rpc::BadRequest details;
  details.add_field_violations()->set_field("dialogue.turns");
  details.mutable_field_violations(0)->set_description("is full");
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(2);
  retry.mutable_retry_delay()->set_nanos(5'000'000);
  google::rpc::Status rpc;
  rpc.set_code(8);
  rpc.set_message("the queue is full");
  rpc.add_details()->PackFrom(details);
  rpc.add_details()->PackFrom(retry);

  const Status status = ReadStatus(rpc);

  EXPECT_EQ(status.ToString(), "RESOURCE_EXHAUSTED: dialogue.turns: is full");
  EXPECT_EQ(status.retry_after(), std::chrono::milliseconds(2005));
}

TEST(MessagesTest, CodesBecomeTheNearestOfOurs) {
  struct Case {
    int code;
    std::string expected;
  };
  const std::vector<Case> cases = {
      {0, "OK"},
      {1, "CANCELLED: m"},
      {2, "INTERNAL: UNKNOWN: m"},
      {3, "INVALID_ARGUMENT: m"},
      {4, "DEADLINE_EXCEEDED: m"},
      {5, "NOT_FOUND: m"},
      {7, "FAILED_PRECONDITION: PERMISSION_DENIED: m"},
      {8, "RESOURCE_EXHAUSTED: m"},
      {9, "FAILED_PRECONDITION: m"},
      {11, "INVALID_ARGUMENT: OUT_OF_RANGE: m"},
      {12, "FAILED_PRECONDITION: UNIMPLEMENTED: m"},
      {13, "INTERNAL: m"},
      {14, "UNAVAILABLE: m"},
      {16, "FAILED_PRECONDITION: UNAUTHENTICATED: m"},
      {99, "INTERNAL: UNKNOWN: m"},
  };
  for (const Case& each : cases) {
    google::rpc::Status rpc;
    rpc.set_code(each.code);
    rpc.set_message("m");
    EXPECT_EQ(ReadStatus(rpc).ToString(), each.expected) << each.code;
  }
}

}  // namespace
}  // namespace emotion::client
