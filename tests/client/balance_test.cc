#include <gtest/gtest.h>

#include <array>
#include <chrono>

#include "client/emotion_client.h"
#include "tests/support/fake_emotion_server.h"

#ifdef __SANITIZE_ADDRESS__
// c-ares 1.18 leaks ten bytes when it resolves localhost.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libcares.so\n";
}
#endif

// One client, three true servers.
namespace emotion::client {
namespace {

using std::chrono::milliseconds;

class BalanceTest : public testing::Test {
 protected:
  using Counts = std::array<std::size_t, 3>;

  ClientOptions Options() {
    ClientOptions options;
    for (const auto& server : servers_) {
      options.addresses.push_back(server.address());
    }
    options.deadline = std::chrono::seconds(60);
    options.retry.first_wait = milliseconds(1);
    return options;
  }

  // How many of `calls` calls went to each server. Every one must succeed.
  Counts Spread(Client& client, int calls) {
    Counts before = Seen();
    for (int i = 0; i < calls; ++i) {
      const auto result = client.Classify({"so sad"});
      EXPECT_TRUE(result.ok()) << result.status().ToString();
    }
    Counts after = Seen();
    for (std::size_t i = 0; i < after.size(); ++i) after[i] -= before[i];
    return after;
  }

  // Calls until they are spread so; connections and health reports take a
  // moment to come about. No call may fail meanwhile.
  bool WaitForSpread(Client& client, const Counts& expected) {
    for (int round = 0; round < 2000; ++round) {
      if (Spread(client, 6) == expected) return true;
      if (HasFailure()) return false;
    }
    return false;
  }

  std::array<FakeEmotionServer, 3> servers_;

 private:
  Counts Seen() const {
    return {servers_[0].calls().size(), servers_[1].calls().size(),
            servers_[2].calls().size()};
  }
};

TEST_F(BalanceTest, CallsAreSpreadEvenly) {
  const auto client = *Client::Create(Options());

  ASSERT_TRUE(WaitForSpread(*client, {2, 2, 2}));
  EXPECT_EQ(Spread(*client, 30), (Counts{10, 10, 10}));
}

TEST_F(BalanceTest, AServerThatDoesNotServeIsLeftOutUntilItDoes) {
  const auto client = *Client::Create(Options());
  ASSERT_TRUE(WaitForSpread(*client, {2, 2, 2}));

  servers_[1].SetServing(false);
  EXPECT_TRUE(WaitForSpread(*client, {3, 0, 3}));

  servers_[1].SetServing(true);
  EXPECT_TRUE(WaitForSpread(*client, {2, 2, 2}));
}

TEST_F(BalanceTest, WithoutAServerThatServesTheCallSaysSo) {
  ClientOptions options = Options();
  options.retry.max_tries = 1;
  const auto client = *Client::Create(options);
  for (auto& server : servers_) server.SetServing(false);

  Status status;
  for (int i = 0; i < 10000 && status.ok(); ++i) {
    status = client->Classify({"hi"}).status();
  }

  EXPECT_EQ(status.code(), StatusCode::kUnavailable);
  EXPECT_TRUE(status.message().ends_with("says that it does not serve"))
      << status.ToString();
}

TEST_F(BalanceTest, AServerThatDiesFailsNoCall) {
  const auto client = *Client::Create(Options());
  ASSERT_TRUE(WaitForSpread(*client, {2, 2, 2}));

  servers_[0].Kill();

  EXPECT_TRUE(WaitForSpread(*client, {0, 3, 3}));
}

TEST_F(BalanceTest, ACallInFlightOnADyingServerIsAskedElsewhere) {
  const auto client = *Client::Create(Options());
  ASSERT_TRUE(WaitForSpread(*client, {2, 2, 2}));
  for (auto& server : servers_) server.Hold();
  const std::array<std::size_t, 3> before = {servers_[0].calls().size(),
                                             servers_[1].calls().size(),
                                             servers_[2].calls().size()};
  std::vector<std::future<Result<Classification>>> answers;
  for (int i = 0; i < 3; ++i) {
    answers.push_back(client->ClassifyFuture({"so sad"}));
  }
  for (std::size_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(servers_[i].WaitForCalls(before[i] + 1));
  }

  for (std::size_t i : {1U, 2U}) servers_[i].Release();
  servers_[0].Kill();

  for (auto& answer : answers) EXPECT_TRUE(answer.get().ok());
}

TEST_F(BalanceTest, AHedgeGoesToAnotherServer) {
  ClientOptions options = Options();
  options.hedge = {.max_hedges = 2, .hedge_after = milliseconds(1)};
  const auto client = *Client::Create(options);
  ASSERT_TRUE(client->Classify({"hi"}).ok());
  for (auto& server : servers_) server.Hold();
  auto answer = client->ClassifyFuture({"so sad"});
  for (auto& server : servers_) ASSERT_TRUE(server.WaitForCalls(1));

  servers_[2].Release();

  EXPECT_TRUE(answer.get().ok());
}

TEST_F(BalanceTest, ARetryGoesToAnotherServer) {
  const auto client = *Client::Create(Options());
  ASSERT_TRUE(WaitForSpread(*client, {2, 2, 2}));
  for (int i : {0, 1}) {
    servers_[i].ScriptTurn(
        "hi", {.code = RpcCode::kUnavailable, .message = "not now"});
  }

  for (int i = 0; i < 6; ++i) EXPECT_TRUE(client->Classify({"hi"}).ok());
}

TEST_F(BalanceTest, ANameMayStandForAnyServer) {
  ClientOptions options;
  options.address = "dns:///" + servers_[0].address();
  const auto client = *Client::Create(options);
  EXPECT_TRUE(client->Classify({"hi"}).ok());

  const std::string port = servers_[0].address().substr(10);
  options.addresses = {"localhost:" + port, servers_[1].address()};
  EXPECT_TRUE((*Client::Create(options))->Classify({"hi"}).ok());
}

TEST_F(BalanceTest, AListOfAddressesInOneNameIsBalancedToo) {
  ClientOptions options;
  options.address = "ipv4:" + servers_[0].address() + "," +
                    servers_[1].address() + "," + servers_[2].address();
  const auto client = *Client::Create(options);

  EXPECT_TRUE(WaitForSpread(*client, {2, 2, 2}));
}

}  // namespace
}  // namespace emotion::client
