#include <gtest/gtest.h>

#include <chrono>

#include "client/emotion_client.h"
#include "tests/client/run_cli.h"
#include "tests/support/fake_emotion_server.h"
#include "tests/support/test_certificates.h"

// TLS between Client and a true server, with certificates made on the spot.
namespace emotion::client {
namespace {

class TlsTest : public testing::Test {
 protected:
  FakeServerOptions Server(const std::string& names) const {
    const TestIdentity identity = authority_.Issue(names);
    return {.certificate = identity.certificate, .key = identity.key};
  }

  static Result<Classification> Ask(const FakeEmotionServer& server,
                                    const TlsOptions& tls) {
    ClientOptions options;
    options.address = server.address();
    options.tls = tls;
    options.deadline = std::chrono::seconds(20);
    const auto client = Client::Create(options);
    if (!client.ok()) return client.status();
    return (*client)->Classify({"so sad"});
  }

  TestAuthority authority_;
  TestAuthority stranger_{"a stranger"};
  TestAuthority impostor_;
};

TEST_F(TlsTest, AServerOfATrustedAuthorityIsAsked) {
  FakeEmotionServer server(Server("DNS:localhost,IP:127.0.0.1"));

  const auto result = Ask(server, {.ca = authority_.certificate()});

  ASSERT_TRUE(result.ok()) << result.status().ToString();
  EXPECT_EQ(result->label, "sad");
}

TEST_F(TlsTest, AServerOfAnotherAuthorityIsNot) {
  FakeEmotionServer server(Server("DNS:localhost,IP:127.0.0.1"));

  for (const TestAuthority* trusted : {&stranger_, &impostor_}) {
    EXPECT_EQ(Ask(server, {.ca = trusted->certificate()}).status().ToString(),
              "FAILED_PRECONDITION: the certificate of " + server.address() +
                  " is not signed by an authority that tls.ca trusts, or is "
                  "out of date");
  }
  EXPECT_TRUE(server.calls().empty());
}

TEST_F(TlsTest, ACertificateForAnotherNameIsRefused) {
  FakeEmotionServer server(Server("DNS:emotion.test"));

  EXPECT_EQ(
      Ask(server, {.ca = authority_.certificate()}).status().ToString(),
      "FAILED_PRECONDITION: the certificate of " + server.address() +
          " is for another name; tls.server_name can tell which to expect");
  EXPECT_TRUE(Ask(server, {.ca = authority_.certificate(),
                           .server_name = "emotion.test"})
                  .ok());
}

TEST_F(TlsTest, AServerMayAskForACertificate) {
  FakeServerOptions options = Server("IP:127.0.0.1");
  options.client_ca = authority_.certificate();
  FakeEmotionServer server(options);
  const TestIdentity ours = authority_.Issue("DNS:caller");
  const TestIdentity theirs = stranger_.Issue("DNS:caller");
  TlsOptions tls{.ca = authority_.certificate()};

  const auto without = Ask(server, tls);
  tls.certificate = theirs.certificate, tls.key = theirs.key;
  const auto wrong = Ask(server, tls);
  tls.certificate = ours.certificate, tls.key = ours.key;
  const auto right = Ask(server, tls);

  EXPECT_EQ(without.status().ToString(),
            "UNAVAILABLE: " + server.address() +
                " closed the connection after the TLS handshake; does it ask "
                "for a client certificate?");
  EXPECT_EQ(wrong.status().ToString(),
            "UNAVAILABLE: " + server.address() +
                " closed the connection after the TLS handshake; does it "
                "refuse our certificate?");
  EXPECT_TRUE(right.ok()) << right.status().ToString();
}

TEST_F(TlsTest, AServerWithoutTlsIsTold) {
  FakeEmotionServer server;

  EXPECT_EQ(Ask(server, {.ca = authority_.certificate()}).status().ToString(),
            "FAILED_PRECONDITION: " + server.address() + " does not speak TLS");
}

TEST_F(TlsTest, MaterialThatCannotBeUsedIsNamed) {
  FakeEmotionServer server;
  const TestIdentity one = authority_.Issue("DNS:one");
  const TestIdentity two = authority_.Issue("DNS:two");
  struct Case {
    TlsOptions tls;
    std::string expected;
  };
  const std::vector<Case> cases = {
      {{.ca = "nonsense"}, "tls.ca: holds no certificate: expected PEM"},
      {{.certificate = one.certificate}, "tls.key: is empty: expected the key"},
      {{.key = one.key},
       "tls.certificate: is empty: expected the key's certificate"},
      {{.certificate = one.key, .key = one.key},
       "tls.certificate: holds no certificate: expected PEM"},
      {{.certificate = one.certificate, .key = one.certificate},
       "tls.key: holds no readable key: expected PEM without a pass phrase"},
      {{.certificate = one.certificate, .key = two.key},
       "tls.key: does not belong to tls.certificate"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(Ask(server, each.tls).status().ToString(),
              "INVALID_ARGUMENT: " + each.expected);
  }
}

TEST_F(TlsTest, FilesAreReadOrNamed) {
  const ScratchFile file("ca.pem", authority_.certificate());
  const auto tls = ReadTls({.ca = file.path()});
  ASSERT_TRUE(tls.ok());
  EXPECT_EQ(tls->ca, authority_.certificate());

  EXPECT_EQ(ReadTls({.key = "/nowhere/key.pem"}).status().ToString(),
            "INVALID_ARGUMENT: tls.key: '/nowhere/key.pem' cannot be read: No "
            "such file or directory");
  EXPECT_EQ(ReadTls({.certificate = "/"}).status().ToString(),
            "INVALID_ARGUMENT: tls.certificate: '/' is a folder: expected a "
            "file");
}

}  // namespace
}  // namespace emotion::client
