#include "server/service/status_mapping.h"

#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"

namespace emotion {
namespace {

TEST(StatusMappingTest, EveryCodeKeepsItsName) {
  const struct {
    StatusCode ours;
    grpc::StatusCode theirs;
  } pairs[] = {
      {StatusCode::kOk, grpc::StatusCode::OK},
      {StatusCode::kInvalidArgument, grpc::StatusCode::INVALID_ARGUMENT},
      {StatusCode::kNotFound, grpc::StatusCode::NOT_FOUND},
      {StatusCode::kFailedPrecondition, grpc::StatusCode::FAILED_PRECONDITION},
      {StatusCode::kResourceExhausted, grpc::StatusCode::RESOURCE_EXHAUSTED},
      {StatusCode::kDeadlineExceeded, grpc::StatusCode::DEADLINE_EXCEEDED},
      {StatusCode::kCancelled, grpc::StatusCode::CANCELLED},
      {StatusCode::kUnavailable, grpc::StatusCode::UNAVAILABLE},
      {StatusCode::kInternal, grpc::StatusCode::INTERNAL},
  };
  for (const auto& [ours, theirs] : pairs) {
    EXPECT_EQ(ToGrpcCode(ours), theirs) << StatusCodeName(ours);
  }
}

TEST(StatusMappingTest, AFailureCarriesFieldReasonAndWait) {
  const google::rpc::Status rpc =
      ToRpcStatus(Status(StatusCode::kResourceExhausted, "is full")
                      .WithField("queue")
                      .WithReason("queue_full")
                      .WithRetryAfter(std::chrono::milliseconds(1250)));
  EXPECT_EQ(rpc.code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(rpc.message(), "queue: is full");
  ASSERT_EQ(rpc.details_size(), 3);
  google::rpc::BadRequest bad;
  google::rpc::ErrorInfo error;
  google::rpc::RetryInfo retry;
  ASSERT_TRUE(rpc.details(0).UnpackTo(&bad));
  ASSERT_TRUE(rpc.details(1).UnpackTo(&error));
  ASSERT_TRUE(rpc.details(2).UnpackTo(&retry));
  EXPECT_EQ(bad.field_violations(0).field(), "queue");
  EXPECT_EQ(bad.field_violations(0).description(), "is full");
  EXPECT_EQ(error.reason(), "QUEUE_FULL");
  EXPECT_EQ(error.domain(), "emotion.v1");
  EXPECT_EQ(retry.retry_delay().seconds(), 1);
  EXPECT_EQ(retry.retry_delay().nanos(), 250000000);
}

TEST(StatusMappingTest, OkCarriesNothing) {
  const google::rpc::Status rpc = ToRpcStatus(Status());
  EXPECT_EQ(rpc.code(), 0);
  EXPECT_EQ(rpc.details_size(), 0);
}

}  // namespace
}  // namespace emotion
