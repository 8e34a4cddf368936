#include <gtest/gtest.h>

#include "tests/client/run_cli.h"
#include "tests/support/fake_emotion_server.h"
#include "tests/support/test_certificates.h"

// The options of emotion-client that say whom to ask, and how.
namespace emotion::client {
namespace {

using Arguments = std::vector<std::string>;

CliRun Info(const Arguments& options) {
  Arguments arguments = {"info", "--json", "--deadline-ms", "20000"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  return RunCli(arguments);
}

TEST(CliConnectionTest, TlsAndATokenComeFromFiles) {
  const TestAuthority authority;
  const TestIdentity theirs = authority.Issue("DNS:emotion.test");
  const TestIdentity ours = authority.Issue("DNS:caller");
  FakeEmotionServer server({.certificate = theirs.certificate,
                            .key = theirs.key,
                            .client_ca = authority.certificate(),
                            .token = "t0ken"});
  const ScratchFile ca("ca.pem", authority.certificate());
  const ScratchFile certificate("cert.pem", ours.certificate);
  const ScratchFile key("key.pem", ours.key);
  const ScratchFile token("token", "t0ken\n");

  const CliRun run =
      Info({"--address", server.address(), "--tls-ca", ca.path(), "--tls-cert",
            certificate.path(), "--tls-key", key.path(), "--tls-server-name",
            "emotion.test", "--token-file", token.path()});

  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(server.calls().size(), 1U);
  const CliRun unnamed =
      Info({"--address", server.address(), "--tls-ca", ca.path()});
  EXPECT_EQ(unnamed.err,
            "emotion-client: the certificate of " + server.address() +
                " is for another name; tls.server_name can tell which to "
                "expect (FAILED_PRECONDITION)\n");
}

TEST(CliConnectionTest, SeveralAddressesShareTheCalls) {
  FakeEmotionServer one;
  std::string gone;
  {
    FakeEmotionServer other;
    gone = other.address();
  }

  const CliRun run = Info({"--address", gone, "--address", one.address()});

  EXPECT_EQ(run.exit_code, 0) << run.err;
  const CliRun words = RunCli({"classify", "--address", one.address(), "hello",
                               "--address", gone, "so sad"});
  EXPECT_EQ(words.exit_code, 0) << words.err;
  EXPECT_EQ(one.calls().back().turns, (Arguments{"hello", "so sad"}));
}

TEST(CliConnectionTest, WhatIsWrongIsSaidWithoutSecrets) {
  const ScratchFile nonsense("nonsense.pem", "s3cret");
  struct Case {
    Arguments options;
    std::string error;
  };
  const std::vector<Case> cases = {
      {{"--tls-ca", "/nowhere"},
       "tls.ca: '/nowhere' cannot be read: No such file or directory"},
      {{"--tls-ca", nonsense.path()},
       "tls.ca: holds no certificate: expected PEM"},
      {{"--tls-cert", nonsense.path(), "--tls-key", nonsense.path()},
       "tls.certificate: holds no certificate: expected PEM"},
      {{"--address", "emotion.test:1", "--token-file", nonsense.path()},
       "token: would be sent in plain text: expected tls, loopback addresses, "
       "or allow_plaintext_token"},
  };
  for (const Case& each : cases) {
    const CliRun run = Info(each.options);
    EXPECT_NE(run.exit_code, 0);
    EXPECT_EQ(run.err,
              "emotion-client: " + each.error + " (INVALID_ARGUMENT)\n");
  }
}

}  // namespace
}  // namespace emotion::client
