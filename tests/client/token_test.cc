#include <gtest/gtest.h>

#include <chrono>
#include <fstream>

#include "client/emotion_client.h"
#include "tests/client/run_cli.h"
#include "tests/support/fake_emotion_server.h"
#include "tests/support/test_certificates.h"

// Tokens, from their source to a true server.
namespace emotion::client {
namespace {

constexpr char kToken[] = "s3cret.tok-en";

ClientOptions With(const std::string& address, TokenSource token) {
  ClientOptions options;
  options.address = address;
  options.token = std::move(token);
  options.deadline = std::chrono::seconds(20);
  return options;
}

Status Ask(const ClientOptions& options) {
  const auto client = Client::Create(options);
  if (!client.ok()) return client.status();
  return (*client)->Classify({"so sad"}).status();
}

TEST(TokenTest, TheTokenTravelsWithTheCall) {
  const TestAuthority authority;
  const TestIdentity identity = authority.Issue("IP:127.0.0.1");
  FakeEmotionServer server({.certificate = identity.certificate,
                            .key = identity.key,
                            .token = kToken});
  ClientOptions options = With(server.address(), FixedToken(kToken));
  options.tls = TlsOptions{.ca = authority.certificate()};

  EXPECT_TRUE(Ask(options).ok());
  options.token = FixedToken("wrong");
  EXPECT_EQ(Ask(options).ToString(),
            "FAILED_PRECONDITION: UNAUTHENTICATED: no valid token");
  options.token = nullptr;
  EXPECT_EQ(Ask(options).ToString(),
            "FAILED_PRECONDITION: UNAUTHENTICATED: no valid token");
}

TEST(TokenTest, PlainTextIsForLoopbackUnlessAllowed) {
  const char* const refused =
      "INVALID_ARGUMENT: token: would be sent in plain text: expected tls, "
      "loopback addresses, or allow_plaintext_token";
  struct Case {
    const char* address;
    bool allowed;
  };
  const std::vector<Case> cases = {
      {"127.0.0.1:1", true},
      {"127.1.2.3:1", true},
      {"localhost:1", true},
      {"[::1]:1", true},
      {"dns:///localhost:1", true},
      {"unix:/run/emotion", true},
      {"127.evil.test:1", false},
      {"localhost.evil.test:1", false},
      {"10.0.0.1:1", false},
      {"[::2]:1", false},
      {"emotion.test:1", false},
      {"dns:///emotion.test:1", false},
      {"dns://localhost:1/x:1", false},
      {"ipv4:127.0.0.1:1,10.0.0.1:1", false},
      {"localhost", false},
  };
  for (const Case& each : cases) {
    ClientOptions options = With(each.address, FixedToken(kToken));
    const auto client = Client::Create(options);
    EXPECT_EQ(client.status().ToString(), each.allowed ? "OK" : refused)
        << each.address;
    options.allow_plaintext_token = true;
    EXPECT_TRUE(Client::Create(options).ok()) << each.address;
    options.addresses = {"localhost:1", each.address};
    options.allow_plaintext_token = false;
    EXPECT_EQ(Client::Create(options).ok(), each.allowed) << each.address;
  }
}

TEST(TokenTest, AFileIsReadAnewForEachCall) {
  FakeEmotionServer server({.token = kToken});
  const ScratchFile file("token", "old");
  const auto client =
      *Client::Create(With(server.address(), TokenFile(file.path())));
  EXPECT_FALSE(client->Classify({"hi"}).ok());

  std::ofstream(file.path()) << kToken << '\n';

  EXPECT_TRUE(client->Classify({"hi"}).ok());
}

TEST(TokenTest, ATokenThatCannotBeHadOrSentEndsTheCallBeforeItIsSent) {
  FakeEmotionServer server;
  const ScratchFile empty("empty", " \n");
  const char* const unsendable =
      "FAILED_PRECONDITION: the token cannot be sent: expected 1 to 4096 "
      "characters of visible ASCII";
  struct Case {
    TokenSource token;
    std::string expected;
  };
  const std::vector<Case> cases = {
      {FixedToken("a\r\nb"), unsendable},
      {FixedToken(""), unsendable},
      {FixedToken(std::string(4097, 'a')), unsendable},
      {TokenFile(empty.path()), unsendable},
      {TokenFile("/nowhere/token"),
       "FAILED_PRECONDITION: the token file '/nowhere/token' cannot be read: "
       "No such file or directory"},
      {[] { return Status(StatusCode::kUnavailable, "no token today"); },
       "UNAVAILABLE: no token today"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(Ask(With(server.address(), each.token)).ToString(),
              each.expected);
  }
  EXPECT_TRUE(server.calls().empty());
}

TEST(TokenTest, EachTryAsksForTheTokenAnew) {
  FakeEmotionServer server;
  server.Script("Classify",
                {{.code = RpcCode::kUnavailable, .push_back = "0"}});
  int asked = 0;  // One try after another: no race.
  const Status status =
      Ask(With(server.address(), [&]() -> Result<std::string> {
        return "token" + std::to_string(++asked);
      }));

  EXPECT_TRUE(status.ok()) << status.ToString();
  const auto calls = server.calls();
  EXPECT_EQ(calls[0].authorization, "Bearer token1");
  EXPECT_EQ(calls[1].authorization, "Bearer token2");
}

}  // namespace
}  // namespace emotion::client
