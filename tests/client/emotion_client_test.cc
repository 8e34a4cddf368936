#include "client/emotion_client.h"

#include <gtest/gtest.h>

#include <chrono>

#include "client/cli/await.h"
#include "tests/support/fake_emotion_server.h"

namespace emotion::client {
namespace {

using std::chrono::milliseconds;

using Batch = std::vector<Result<Classification>>;

std::unique_ptr<Client> Connect(const std::string& address,
                                RetryOptions retry = {}) {
  ClientOptions options;
  options.address = address;
  options.deadline = std::chrono::seconds(60);
  options.retry = retry;
  return *Client::Create(options);
}

Result<Classification> Classify(Client& client, const Turns& turns,
                                const CallOptions& call = {}) {
  return Await<Classification>(
      [&](auto done) { client.Classify(turns, call, std::move(done)); });
}

TEST(EmotionClientTest, ADialogueIsClassified) {
  FakeEmotionServer server;
  const auto client = Connect(server.address());

  const auto result = Classify(*client, {"hi", "<cut>", "i am sad"});

  ASSERT_TRUE(result.ok()) << result.status().ToString();
  EXPECT_EQ(result->label, "sad");
  ASSERT_EQ(result->probabilities.size(), 4U);
  EXPECT_EQ(result->probabilities[2].label, "sad");
  EXPECT_FLOAT_EQ(result->probabilities[2].probability, 0.97F);
  EXPECT_EQ(result->truncated_turns, std::vector<std::uint32_t>{1});
  EXPECT_EQ(result->tokens, 20U);
  EXPECT_FALSE(result->timings.has_value());
  EXPECT_EQ(result->model.name, "fake");
  EXPECT_EQ(result->model.version, "7");
}

TEST(EmotionClientTest, TimingsComeWhenAskedFor) {
  FakeEmotionServer server;
  const auto client = Connect(server.address());

  const auto result = Classify(*client, {"hi"}, {.include_timings = true});

  ASSERT_TRUE(result.ok() && result->timings.has_value());
  EXPECT_EQ(result->timings->tokenize, milliseconds(1));
  EXPECT_EQ(result->timings->queue, milliseconds(2));
  EXPECT_EQ(result->timings->compute, milliseconds(3));
  EXPECT_EQ(result->timings->batch_dialogues, 4U);
  EXPECT_EQ(result->timings->batch_tokens, 80U);
}

TEST(EmotionClientTest, TheRequestIdTravelsWithTheCall) {
  FakeEmotionServer server;
  const auto client = Connect(server.address());

  ASSERT_TRUE(Classify(*client, {"hi"}, {.request_id = "abc-1"}).ok());
  ASSERT_TRUE(Classify(*client, {"hi"}).ok());

  EXPECT_EQ(server.calls()[0].request_id, "abc-1");
  EXPECT_EQ(server.calls()[1].request_id, "");
}

TEST(EmotionClientTest, TheVersionAndTheKeyTravelWithTheCall) {
  FakeEmotionServer server;
  const auto client = Connect(server.address());

  const auto chosen =
      Classify(*client, {"hi"}, {.model_version = "0.4.0", .key = "user-17"});
  const auto batch =
      client->ClassifyBatch({{"hi"}}, {.model_version = "8", .key = "user-18"});
  const auto split = Classify(*client, {"hi"});

  ASSERT_TRUE(chosen.ok() && batch.ok() && split.ok());
  EXPECT_EQ(chosen->model.version, "0.4.0");
  EXPECT_EQ((*batch)[0]->model.version, "8");
  EXPECT_EQ(split->model.version, "7");
  const auto calls = server.calls();
  EXPECT_EQ(calls[0].model_version, "0.4.0");
  EXPECT_EQ(calls[0].key, "user-17");
  EXPECT_EQ(calls[1].model_version, "8");
  EXPECT_EQ(calls[1].key, "user-18");
  EXPECT_EQ(calls[2].model_version, "");
  EXPECT_EQ(calls[2].key, "");
}

TEST(EmotionClientTest, TheKeyGoesWithEachTry) {
  FakeEmotionServer server;
  server.Script("Classify", {{.code = RpcCode::kUnavailable}});
  const auto client = Connect(server.address());

  ASSERT_TRUE(Classify(*client, {"hi"}, {.key = "user-17"}).ok());

  ASSERT_EQ(server.calls().size(), 2U);
  EXPECT_EQ(server.calls()[1].key, "user-17");
}

TEST(EmotionClientTest, AVersionThatIsNotLoadedIsNotFound) {
  FakeEmotionServer server;
  server.Script("Classify", {{.code = RpcCode::kNotFound,
                              .violations = {{"model_version",
                                              "version '9' is not "
                                              "loaded"}}}});
  const auto client = Connect(server.address());

  EXPECT_EQ(
      Classify(*client, {"hi"}, {.model_version = "9"}).status().ToString(),
      "NOT_FOUND: model_version: version '9' is not loaded");
}

TEST(EmotionClientTest, ABatchAnswersEachDialogueInOrder) {
  FakeEmotionServer server;
  const auto client = Connect(server.address());

  const auto results = Await<Batch>([&](auto done) {
    client->ClassifyBatch({{"so happy"}, {"hi", ""}, {"a", "b", "so angry"}},
                          {}, std::move(done));
  });

  ASSERT_TRUE(results.ok()) << results.status().ToString();
  ASSERT_EQ(results->size(), 3U);
  EXPECT_EQ((*results)[0]->label, "happy");
  EXPECT_EQ((*results)[1].status().ToString(),
            "INVALID_ARGUMENT: dialogue.turns[0]: is empty");
  EXPECT_EQ((*results)[2]->label, "angry");
  EXPECT_EQ((*results)[2]->model.name, "fake");
}

TEST(EmotionClientTest, TheModelDescribesItself) {
  FakeEmotionServer server;
  const auto client = Connect(server.address());

  const auto info = Await<ModelInfo>(
      [&](auto done) { client->GetModelInfo({}, std::move(done)); });

  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->model.name, "fake");
  EXPECT_EQ(info->labels,
            (std::vector<std::string>{"others", "happy", "sad", "angry"}));
  EXPECT_EQ(info->limits.max_turns, 3U);
  EXPECT_EQ(info->limits.max_turn_bytes, 4096U);
  EXPECT_EQ(info->limits.max_tokens, 128U);
  EXPECT_EQ(info->limits.max_batch_dialogues, 256U);
  EXPECT_EQ(info->layout, "packed");
  EXPECT_EQ(info->precision, "fp32");
  EXPECT_EQ(info->manifest_sha256, "c0ffee");
  EXPECT_EQ(info->traffic, "everyday");
  EXPECT_TRUE(info->serving.empty());
}

TEST(EmotionClientTest, AllModelsThatServeAreListed) {
  FakeEmotionServer server;
  server.SetServingVersions({"7", "8", "9"});
  const auto client = Connect(server.address());

  const auto info = client->GetModelInfo();

  ASSERT_TRUE(info.ok());
  ASSERT_EQ(info->serving.size(), 3U);
  EXPECT_EQ(info->serving[0].traffic_percent, 90U);
  EXPECT_EQ(info->serving[1].model.version, "8");
  EXPECT_EQ(info->serving[1].traffic_percent, 10U);
  EXPECT_EQ(info->serving[2].shadow_percent, 5U);
  EXPECT_EQ(info->serving[2].labels, info->labels);
  EXPECT_EQ(info->serving[2].precision, "fp32");
  EXPECT_EQ(info->serving[2].manifest_sha256, "c0ffee9");
}

TEST(EmotionClientTest, TextThatIsNotUtf8IsRefusedAndNotSent) {
  FakeEmotionServer server;
  const auto client = Connect(server.address());

  EXPECT_EQ(Classify(*client, {"hi", "a\xff"}).status().ToString(),
            "INVALID_ARGUMENT: dialogue.turns[1]: is not UTF-8 from byte 1 "
            "onwards");
  const auto batch = Await<Batch>([&](auto done) {
    client->ClassifyBatch({{"hi"}, {"\xc3"}}, {}, std::move(done));
  });
  EXPECT_EQ(batch.status().field(), "dialogues[1].turns[0]");
  EXPECT_TRUE(server.calls().empty());
}

TEST(EmotionClientTest, EveryViolationIsNamedWithItsField) {
  FakeEmotionServer server;
  server.Script("Classify", {{.code = RpcCode::kInvalidArgument,
                              .message = "two faults",
                              .violations = {{"dialogue.turns[0]", "too long"},
                                             {"dialogue.turns", "too many"}}}});
  const auto client = Connect(server.address());

  EXPECT_EQ(Classify(*client, {"hi"}).status().ToString(),
            "INVALID_ARGUMENT: dialogue.turns[0]: too long; dialogue.turns: "
            "too many");
}

TEST(EmotionClientTest, ACodeWeLackKeepsItsName) {
  FakeEmotionServer server;
  server.Script("Classify", {{.code = RpcCode::kUnimplemented,
                              .message = "no such method"}});
  const auto client = Connect(server.address());

  EXPECT_EQ(Classify(*client, {"hi"}).status().ToString(),
            "FAILED_PRECONDITION: UNIMPLEMENTED: no such method");
}

TEST(EmotionClientTest, WithoutAnAnswerTheDeadlineEndsTheCall) {
  FakeEmotionServer server;
  server.Hold();
  const auto client = Connect(server.address());

  const auto result =
      Classify(*client, {"hi"}, {.deadline = milliseconds(100)});

  EXPECT_EQ(result.status().ToString(), "DEADLINE_EXCEEDED: no answer from " +
                                            server.address() +
                                            " before the deadline");
}

TEST(EmotionClientTest, DestroyingTheClientCancelsWhatIsInFlight) {
  FakeEmotionServer server;
  server.Hold();
  auto client = Connect(server.address());
  std::vector<StatusCode> codes;  // Read after the callbacks have run.
  for (int i = 0; i < 2; ++i) {
    client->Classify({"hi"}, {}, [&codes](Result<Classification> result) {
      static std::mutex mutex;
      std::lock_guard lock(mutex);
      codes.push_back(result.status().code());
    });
  }
  ASSERT_TRUE(server.WaitForCalls(2));

  client.reset();

  EXPECT_EQ(codes, std::vector<StatusCode>(2, StatusCode::kCancelled));
  EXPECT_TRUE(server.WaitForCancelled(2));
}

TEST(EmotionClientTest, ACallbackMayStartTheNextCall) {
  FakeEmotionServer server;
  const auto client = Connect(server.address());

  const auto second = Await<Classification>([&](auto done) {
    client->Classify({"first"}, {}, [&client, done](auto) {
      client->Classify({"so sad"}, {}, done);
    });
  });

  EXPECT_EQ(second->label, "sad");
}

TEST(EmotionClientTest, NobodyListeningIsUnavailableInOneSentence) {
  std::string address;
  {
    FakeEmotionServer gone;
    address = gone.address();
  }
  const auto client = Connect(
      address, {.max_tries = 2, .first_wait = milliseconds(1), .max_wait = {}});

  EXPECT_EQ(Classify(*client, {"hi"}).status().ToString(),
            "UNAVAILABLE: " + address + " refuses the connection");
}

TEST(EmotionClientTest, ARequestLargerThanTheLimitIsNotSent) {
  FakeEmotionServer server;
  ClientOptions options;
  options.address = server.address();
  options.max_message_bytes = 1024;
  const auto client = *Client::Create(options);

  const auto result = Classify(*client, {std::string(2000, 'a')});

  EXPECT_EQ(result.status().code(), StatusCode::kResourceExhausted);
  EXPECT_TRUE(server.calls().empty());
}

TEST(EmotionClientTest, AnOptionOutOfRangeIsNamed) {
  struct Case {
    std::function<void(ClientOptions&)> spoil;
    std::string expected;
  };
  const std::vector<Case> cases = {
      {[](auto& o) { o.address = ""; },
       "address: is empty: expected host:port"},
      {[](auto& o) {
         o.addresses = {"a:1", ""};
       },
       "addresses[1]: is empty: expected host:port"},
      {[](auto& o) { o.addresses.resize(65, "a:1"); },
       "addresses: is 65: expected 64 at most"},
      {[](auto& o) { o.deadline = milliseconds(0); },
       "deadline: is 0 ms: expected 1 ms to 1 h"},
      {[](auto& o) { o.deadline = std::chrono::hours(2); },
       "deadline: is 7200000 ms: expected 1 ms to 1 h"},
      {[](auto& o) { o.max_message_bytes = 1; },
       "max_message_bytes: is 1: expected 1 KiB to 1 GiB"},
      {[](auto& o) { o.retry.max_tries = 0; },
       "retry.max_tries: is 0: expected 1 to 10"},
      {[](auto& o) { o.retry_budget.max_tokens = 0; },
       "retry_budget.max_tokens: is 0: expected 1 to 1000"},
      {[](auto& o) { o.retry_budget.token_ratio = 0; },
       "retry_budget.token_ratio: is 0.000000: expected 0.001 to 1000"},
      {[](auto& o) { o.hedge.max_hedges = 6; },
       "hedge.max_hedges: is 6: expected 0 to 5"},
      {[](auto& o) { o.hedge.hedge_after = milliseconds(0); },
       "hedge.hedge_after: is 0 ms: expected 1 ms to 1 h"},
  };
  for (const Case& each : cases) {
    ClientOptions options;
    each.spoil(options);
    const auto client = Client::Create(options);
    ASSERT_FALSE(client.ok()) << each.expected;
    EXPECT_EQ(client.status().ToString(), "INVALID_ARGUMENT: " + each.expected);
  }
}

TEST(EmotionClientTest, ARequestIdThatCannotTravelIsRefused) {
  const auto client = Connect("127.0.0.1:1");
  EXPECT_EQ(Classify(*client, {"hi"}, {.request_id = "a\nb"}).status().field(),
            "request_id");
}

TEST(EmotionClientTest, AVersionOrAKeyThatCannotTravelIsRefused) {
  const auto client = Connect("127.0.0.1:1");
  EXPECT_EQ(
      Classify(*client, {"hi"}, {.model_version = "\xff"}).status().ToString(),
      "INVALID_ARGUMENT: model_version: is not sendable: expected visible "
      "ASCII");
  EXPECT_EQ(Classify(*client, {"hi"}, {.key = "a b"}).status().field(), "key");
  EXPECT_EQ(Classify(*client, {"hi"}, {.key = std::string(1025, 'k')})
                .status()
                .ToString(),
            "INVALID_ARGUMENT: key: is 1025 characters: expected 1024 at most");
}

}  // namespace
}  // namespace emotion::client
