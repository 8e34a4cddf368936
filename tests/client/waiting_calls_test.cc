#include <gtest/gtest.h>

#include <chrono>

#include "client/emotion_client.h"
#include "tests/support/fake_emotion_server.h"

// Blocking calls and futures, and what else a call may set for itself.
namespace emotion::client {
namespace {

using std::chrono::milliseconds;

class WaitingCallsTest : public testing::Test {
 protected:
  std::unique_ptr<Client> Connect() {
    ClientOptions options;
    options.address = server_.address();
    options.deadline = std::chrono::seconds(60);
    return *Client::Create(options);
  }

  FakeEmotionServer server_;
};

TEST_F(WaitingCallsTest, ABlockingCallReturnsTheAnswer) {
  const auto client = Connect();

  const auto one = client->Classify({"so sad"});
  const auto batch = client->ClassifyBatch({{"so happy"}, {""}});
  const auto info = client->GetModelInfo();

  ASSERT_TRUE(one.ok() && batch.ok() && info.ok());
  EXPECT_EQ(one->label, "sad");
  EXPECT_EQ((*batch)[0]->label, "happy");
  EXPECT_EQ((*batch)[1].status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(info->model.name, "fake");
}

TEST_F(WaitingCallsTest, AFutureBringsTheAnswer) {
  const auto client = Connect();

  auto one = client->ClassifyFuture({"so sad"});
  auto batch = client->ClassifyBatchFuture({{"so happy"}});
  auto info = client->GetModelInfoFuture();

  EXPECT_EQ(one.get()->label, "sad");
  EXPECT_EQ((*batch.get())[0]->label, "happy");
  EXPECT_EQ(info.get()->model.name, "fake");
}

TEST_F(WaitingCallsTest, ABlockingCallEndsWithItsDeadline) {
  server_.Hold();
  const auto client = Connect();

  const auto result = client->Classify({"hi"}, {.deadline = milliseconds(50)});

  EXPECT_EQ(result.status().code(), StatusCode::kDeadlineExceeded);
}

TEST_F(WaitingCallsTest, AFutureOutlivesItsClient) {
  server_.Hold();
  auto client = Connect();
  auto answer = client->ClassifyFuture({"hi"});
  ASSERT_TRUE(server_.WaitForCalls(1));

  client.reset();

  EXPECT_EQ(answer.get().status().code(), StatusCode::kCancelled);
}

TEST_F(WaitingCallsTest, ABlockingCallInsideACallbackIsRefused) {
  const auto client = Connect();
  std::promise<Status> inner;
  std::promise<Status> refused_early;

  client->Classify({"hi"}, {}, [&](auto) {
    inner.set_value(client->Classify({"hi"}).status());
  });
  client->Classify({"\xff"}, {}, [&](auto) {
    refused_early.set_value(client->GetModelInfo().status());
  });

  EXPECT_EQ(inner.get_future().get().code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(refused_early.get_future().get().code(),
            StatusCode::kFailedPrecondition);
  EXPECT_TRUE(client->Classify({"hi"}).ok());
  EXPECT_EQ(server_.calls().size(), 2U);
}

TEST_F(WaitingCallsTest, ThePriorityTravelsWithTheCall) {
  const auto client = Connect();

  ASSERT_TRUE(client->Classify({"hi"}).ok());
  ASSERT_TRUE(client->Classify({"hi"}, {.priority = Priority::kBulk}).ok());
  ASSERT_TRUE(
      client->ClassifyBatch({{"hi"}}, {.priority = Priority::kBulk}).ok());

  const auto calls = server_.calls();
  EXPECT_EQ(calls[0].priority, "INTERACTIVE");
  EXPECT_EQ(calls[1].priority, "BULK");
  EXPECT_EQ(calls[2].priority, "BULK");
}

}  // namespace
}  // namespace emotion::client
