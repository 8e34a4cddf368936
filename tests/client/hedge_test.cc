#include <gtest/gtest.h>

#include <chrono>

#include "client/emotion_client.h"
#include "tests/support/fake_emotion_server.h"

// Hedges of Client, seen from a true server. A hedge goes out after a
// millisecond, or so late that a test which waited for it would time out.
namespace emotion::client {
namespace {

using std::chrono::milliseconds;

class HedgeTest : public testing::Test {
 protected:
  std::unique_ptr<Client> Connect(HedgeOptions hedge,
                                  RetryBudgetOptions budget = {}) {
    ClientOptions options;
    options.address = server_.address();
    options.deadline = std::chrono::minutes(30);
    options.hedge = hedge;
    options.retry_budget = budget;
    return *Client::Create(options);
  }

  FakeEmotionServer server_;
};

TEST_F(HedgeTest, TheFirstAnswerWinsAndTheOthersAreCancelled) {
  server_.Hold();
  const auto client =
      Connect({.max_hedges = 2, .hedge_after = milliseconds(1)});
  auto answer = client->ClassifyFuture({"so sad"}, {.request_id = "same"});
  ASSERT_TRUE(server_.WaitForCalls(3));

  server_.ReleaseLatest();

  const auto result = answer.get();
  ASSERT_TRUE(result.ok()) << result.status().ToString();
  EXPECT_EQ(result->label, "sad");
  EXPECT_TRUE(server_.WaitForCancelled(2));
  const auto calls = server_.calls();
  ASSERT_EQ(calls.size(), 3U);
  EXPECT_EQ(calls[2].request_id, "same");
  EXPECT_EQ(calls[2].turns, calls[0].turns);
}

TEST_F(HedgeTest, NoneIsSentUnlessAskedFor) {
  server_.Hold();
  const auto client =
      Connect({.max_hedges = 0, .hedge_after = milliseconds(1)});

  const auto result = client->Classify({"hi"}, {.deadline = milliseconds(50)});

  EXPECT_EQ(result.status().code(), StatusCode::kDeadlineExceeded);
  EXPECT_EQ(server_.calls().size(), 1U);
}

TEST_F(HedgeTest, AnAnswerInTimeNeedsNoHedge) {
  const auto client =
      Connect({.max_hedges = 1, .hedge_after = std::chrono::minutes(20)});

  EXPECT_TRUE(client->Classify({"hi"}).ok());
  EXPECT_TRUE(client->Classify({"hi"}).ok());

  EXPECT_EQ(server_.calls().size(), 2U);
}

TEST_F(HedgeTest, TheBudgetBoundsHedgesOfASlowServer) {
  server_.Hold();
  const auto client = Connect({.max_hedges = 5, .hedge_after = milliseconds(1)},
                              {.max_tokens = 4, .token_ratio = 0.001});

  const auto result = client->Classify({"hi"}, {.deadline = milliseconds(100)});

  EXPECT_FALSE(result.ok());
  EXPECT_LE(server_.calls().size(), 3U);
}

TEST_F(HedgeTest, ARefusalEndsTheCallAndItsHedges) {
  server_.Script("Classify",
                 {{}, {.code = RpcCode::kInvalidArgument, .message = "no"}});
  server_.Hold();
  const auto client =
      Connect({.max_hedges = 1, .hedge_after = milliseconds(1)});
  auto answer = client->ClassifyFuture({"hi"});
  ASSERT_TRUE(server_.WaitForCalls(2));

  server_.ReleaseLatest();

  EXPECT_EQ(answer.get().status().code(), StatusCode::kInvalidArgument);
  EXPECT_TRUE(server_.WaitForCancelled(1));
}

TEST_F(HedgeTest, AFailedHedgeLeavesTheOthersToAnswer) {
  const FakeReply never{
      .code = RpcCode::kUnavailable, .message = "not now", .push_back = "-1"};
  server_.Script("Classify", {{}, never});
  server_.Hold();
  const auto client =
      Connect({.max_hedges = 3, .hedge_after = milliseconds(1)});
  auto answer = client->ClassifyFuture({"so sad"});
  ASSERT_TRUE(server_.WaitForCalls(2));

  server_.Release();

  const auto result = answer.get();
  ASSERT_TRUE(result.ok()) << result.status().ToString();
  EXPECT_EQ(result->label, "sad");
}

TEST_F(HedgeTest, DestroyingTheClientCancelsEveryTry) {
  server_.Hold();
  auto client = Connect({.max_hedges = 2, .hedge_after = milliseconds(1)});
  auto answer = client->ClassifyFuture({"hi"});
  ASSERT_TRUE(server_.WaitForCalls(3));

  client.reset();

  EXPECT_EQ(answer.get().status().code(), StatusCode::kCancelled);
  EXPECT_TRUE(server_.WaitForCancelled(3));
}

}  // namespace
}  // namespace emotion::client
