#include <gtest/gtest.h>

#include <chrono>

#include "client/cli/await.h"
#include "client/emotion_client.h"
#include "tests/support/fake_emotion_server.h"

// The retries of Client, seen from a true server. The waits are a few
// milliseconds, or so long that a test which waited would fail by its timeout.
namespace emotion::client {
namespace {

using std::chrono::milliseconds;

constexpr char kFiftyMinutes[] = "3000000";

FakeReply Refusal(RpcCode code, std::optional<std::string> push_back = {}) {
  return {
      .code = code, .message = "not now", .push_back = std::move(push_back)};
}

class RetryTest : public testing::Test {
 protected:
  std::unique_ptr<Client> Connect(milliseconds deadline, int max_tries = 4) {
    ClientOptions options;
    options.address = server_.address();
    options.deadline = deadline;
    options.retry.max_tries = max_tries;
    options.retry.first_wait = milliseconds(1);
    return *Client::Create(options);
  }

  Result<Classification> Classify(milliseconds deadline, int max_tries = 4) {
    const auto client = Connect(deadline, max_tries);
    return Await<Classification>([&](auto done) {
      client->Classify({"so sad"}, {.request_id = "r"}, std::move(done));
    });
  }

  FakeEmotionServer server_;
};

TEST_F(RetryTest, AFullServerIsAskedAgainAfterTheTimeItNamed) {
  server_.Script("Classify", {Refusal(RpcCode::kResourceExhausted, "30"),
                              Refusal(RpcCode::kResourceExhausted, "0")});

  const auto result = Classify(std::chrono::minutes(1));

  ASSERT_TRUE(result.ok()) << result.status().ToString();
  EXPECT_EQ(result->label, "sad");
  const auto calls = server_.calls();
  ASSERT_EQ(calls.size(), 3U);
  EXPECT_GE(calls[1].arrived - calls[0].arrived, milliseconds(30));
  EXPECT_EQ(calls[2].request_id, "r");
}

// What gRPC says for a server that closes while the call comes in.
TEST_F(RetryTest, AServerThatIsClosingIsAskedAgain) {
  server_.Script("Classify", {{.code = RpcCode::kCancelled},
                              {.code = RpcCode::kCancelled},
                              {.code = RpcCode::kCancelled}});

  const auto result = Classify(std::chrono::minutes(1));
  ASSERT_TRUE(result.ok()) << result.status().ToString();
  EXPECT_EQ(server_.calls().size(), 4U);

  server_.Script("Classify", {{.code = RpcCode::kCancelled}});
  const auto once = Classify(std::chrono::minutes(1), 1);
  EXPECT_EQ(once.status().ToString(),
            "UNAVAILABLE: " + server_.address() + " is closing");
}

TEST_F(RetryTest, AHintBeyondTheDeadlineIsNotWaitedFor) {
  server_.Script("Classify",
                 {Refusal(RpcCode::kResourceExhausted, kFiftyMinutes)});

  const auto result = Classify(std::chrono::minutes(10));

  EXPECT_EQ(result.status().ToString(), "RESOURCE_EXHAUSTED: not now");
  EXPECT_EQ(result.status().retry_after(), milliseconds(3000000));
  EXPECT_EQ(server_.calls().size(), 1U);
}

TEST_F(RetryTest, AllTriesShareOneDeadline) {
  server_.Script("Classify", std::vector<FakeReply>(
                                 10, Refusal(RpcCode::kUnavailable, "40")));

  const auto result = Classify(milliseconds(100), 10);

  EXPECT_FALSE(result.ok());
  EXPECT_LE(server_.calls().size(), 3U);
}

TEST_F(RetryTest, AnUnavailableServerIsTriedSoManyTimes) {
  server_.Script("Classify",
                 std::vector<FakeReply>(10, Refusal(RpcCode::kUnavailable)));

  const auto result = Classify(std::chrono::minutes(1), 3);

  EXPECT_EQ(result.status().ToString(), "UNAVAILABLE: not now");
  EXPECT_EQ(server_.calls().size(), 3U);
}

TEST_F(RetryTest, WhatRetryingCannotMendIsNotRetried) {
  const std::vector<FakeReply> refusals = {
      Refusal(RpcCode::kInvalidArgument),
      Refusal(RpcCode::kInvalidArgument, "1"),
      Refusal(RpcCode::kDeadlineExceeded, "1"),
      Refusal(RpcCode::kInternal, "1"),
      Refusal(RpcCode::kResourceExhausted),
      Refusal(RpcCode::kResourceExhausted, "-1"),
      Refusal(RpcCode::kUnavailable, "-1"),
      Refusal(RpcCode::kUnavailable, "soon"),
  };
  std::size_t tries = 0;
  for (const FakeReply& refusal : refusals) {
    server_.Script("Classify", {refusal});
    EXPECT_FALSE(Classify(std::chrono::minutes(1)).ok());
    EXPECT_EQ(server_.calls().size(), ++tries)
        << static_cast<int>(refusal.code) << refusal.push_back.value_or("");
  }
}

TEST_F(RetryTest, AFailingServerSoonGetsOneRequestForEachCall) {
  constexpr std::size_t kCalls = 20;
  server_.Script("Classify",
                 std::vector<FakeReply>(80, Refusal(RpcCode::kUnavailable)));
  ClientOptions options;
  options.address = server_.address();
  options.deadline = std::chrono::minutes(1);
  options.retry.first_wait = milliseconds(1);
  options.retry_budget.max_tokens = 10;
  const auto client = *Client::Create(options);

  for (std::size_t i = 0; i < kCalls; ++i) {
    EXPECT_EQ(client->Classify({"hi"}).status().message(), "not now");
  }

  // The first call made all its four tries; the fifth failure left the bucket
  // no more than half full.
  EXPECT_EQ(server_.calls().size(), kCalls + 3);
}

TEST_F(RetryTest, DestroyingTheClientEndsTheWaitForARetry) {
  server_.Script("Classify", {Refusal(RpcCode::kUnavailable, "1"),
                              Refusal(RpcCode::kUnavailable, kFiftyMinutes)});
  auto client = Connect(std::chrono::hours(1));
  StatusCode code = StatusCode::kOk;
  client->Classify({"hi"}, {}, [&code](Result<Classification> result) {
    code = result.status().code();
  });
  ASSERT_TRUE(server_.WaitForCalls(2));

  client.reset();

  EXPECT_EQ(code, StatusCode::kCancelled);
  EXPECT_EQ(server_.calls().size(), 2U);
}

}  // namespace
}  // namespace emotion::client
