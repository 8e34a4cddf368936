#include "common/status.h"

#include <utility>

#include "gtest/gtest.h"

namespace emotion {
namespace {

using std::chrono_literals::operator""ms;

TEST(StatusTest, ADefaultStatusIsOkAndSaysSo) {
  const Status status;
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(status.code(), StatusCode::kOk);
  EXPECT_EQ(status.ToString(), "OK");
  EXPECT_EQ(status.field(), "");
  EXPECT_EQ(status.reason(), "");
  EXPECT_EQ(status.retry_after(), std::nullopt);
}

TEST(StatusTest, EachCodeHasTheNameOfItsPublicCounterpart) {
  constexpr std::pair<StatusCode, std::string_view> kNames[] = {
      {StatusCode::kOk, "OK"},
      {StatusCode::kInvalidArgument, "INVALID_ARGUMENT"},
      {StatusCode::kNotFound, "NOT_FOUND"},
      {StatusCode::kFailedPrecondition, "FAILED_PRECONDITION"},
      {StatusCode::kResourceExhausted, "RESOURCE_EXHAUSTED"},
      {StatusCode::kDeadlineExceeded, "DEADLINE_EXCEEDED"},
      {StatusCode::kCancelled, "CANCELLED"},
      {StatusCode::kUnavailable, "UNAVAILABLE"},
      {StatusCode::kInternal, "INTERNAL"},
  };
  for (const auto& [code, name] : kNames) {
    EXPECT_EQ(StatusCodeName(code), name);
  }
}

TEST(StatusTest, TheSentenceBeginsWithTheCodeAndTheField) {
  EXPECT_EQ(Status(StatusCode::kInternal, "broke").ToString(),
            "INTERNAL: broke");
  EXPECT_EQ(Status(StatusCode::kInvalidArgument, "is empty")
                .WithField("dialogue.turns[2]")
                .ToString(),
            "INVALID_ARGUMENT: dialogue.turns[2]: is empty");
}

TEST(StatusTest, DetailsForProgramsAreKeptThroughMoves) {
  Status status = Status(StatusCode::kResourceExhausted, "the queue is full")
                      .WithField("queue")
                      .WithReason("queue_full")
                      .WithRetryAfter(250ms);
  const Status moved = std::move(status);
  EXPECT_FALSE(moved.ok());
  EXPECT_EQ(moved.code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(moved.message(), "the queue is full");
  EXPECT_EQ(moved.field(), "queue");
  EXPECT_EQ(moved.reason(), "queue_full");
  EXPECT_EQ(moved.retry_after(), 250ms);
}

}  // namespace
}  // namespace emotion
