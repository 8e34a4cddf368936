#include "server/metrics/metrics_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/metrics/full_page.h"

namespace emotion {
namespace {

using std::chrono_literals::operator""ms;
using testing::HasSubstr;
using testing::Not;

class MetricsServerTest : public testing::Test {
 protected:
  std::unique_ptr<MetricsServer> Start(MetricsServerOptions options) const {
    options.address = "127.0.0.1:0";
    auto server = MetricsServer::Create(options, metrics_);
    EXPECT_TRUE(server.ok()) << server.status().ToString();
    return server.ok() ? std::move(server).value() : nullptr;
  }

  const std::shared_ptr<PrometheusMetrics> metrics_ = EmptyMetrics();
};

TEST_F(MetricsServerTest, ServesThePageAndNothingElse) {
  const auto server = Start({});
  ASSERT_TRUE(server);
  EXPECT_NE(server->port(), 0);
  const HttpReply page = HttpGet(server->port(), "/metrics");
  EXPECT_THAT(page.status_line, HasSubstr("200"));
  EXPECT_THAT(page.body, HasSubstr("\nemotion_ready 0\n"));
  EXPECT_EQ(HttpGet(server->port(), "/metrics?x=y").body.substr(0, 2), "# ");
  for (const char* other : {"/", "/metric", "/x/metrics", "/etc/passwd",
                            "/metrics/", "/metrics/x", "/metricsx"}) {
    const HttpReply reply = HttpGet(server->port(), other);
    EXPECT_THAT(reply.status_line, HasSubstr("404")) << other;
    EXPECT_THAT(reply.body, Not(HasSubstr("emotion_ready"))) << other;
  }
}

TEST_F(MetricsServerTest, HalfOpenRequestsDoNotSilenceTheScrape) {
  const auto server = Start({.threads = 2, .request_timeout = 100ms});
  ASSERT_TRUE(server);
  std::vector<std::unique_ptr<LoopbackSocket>> half_open;
  for (const char* beginning : {"", "G", "GET /metrics", "GET / HTTP/1.1\r\nA:",
                                "GET /metrics HTTP/1.0\r\n", "\r\n"}) {
    half_open.push_back(std::make_unique<LoopbackSocket>(server->port()));
    ASSERT_TRUE(half_open.back()->connected());
    half_open.back()->Send(beginning);
  }
  EXPECT_THAT(HttpGet(server->port(), "/metrics").body,
              HasSubstr("emotion_ready"));
}

TEST_F(MetricsServerTest, APortInUseIsAnErrorThatNamesTheAddress) {
  const auto first = Start({});
  ASSERT_TRUE(first);
  const std::string address = "127.0.0.1:" + std::to_string(first->port());
  const auto second = MetricsServer::Create({.address = address}, metrics_);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.status().code(), StatusCode::kUnavailable);
  EXPECT_THAT(second.status().message(), HasSubstr(address));
}

TEST_F(MetricsServerTest, AnAddressThatIsNotOursIsAnError) {
  // 192.0.2.0/24 is set apart for documentation: no machine has it.
  const auto server =
      MetricsServer::Create({.address = "192.0.2.1:0"}, metrics_);
  ASSERT_FALSE(server.ok());
  EXPECT_EQ(server.status().code(), StatusCode::kUnavailable);
}

void ExpectRefused(const MetricsServerOptions& options,
                   const std::string& field, const std::string& quoted) {
  const auto server = MetricsServer::Create(options, EmptyMetrics());
  ASSERT_FALSE(server.ok()) << quoted;
  EXPECT_EQ(server.status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(server.status().field(), field);
  EXPECT_THAT(server.status().message(), HasSubstr(quoted));
}

TEST_F(MetricsServerTest, OptionsOutOfRangeAreRefusedByName) {
  for (const std::string address :
       {"", "localhost", ":1", "127.0.0.1:", "127.0.0.1:65536",
        "127.0.0.1:8080s", "127.0.0.1:1,127.0.0.1:2"}) {
    ExpectRefused({.address = address}, "address", '"' + address + '"');
  }
  ExpectRefused({.threads = 0}, "threads", "is 0; expected 1 to 64");
  ExpectRefused({.threads = 65}, "threads", "is 65; expected 1 to 64");
  ExpectRefused({.request_timeout = 0ms}, "request_timeout",
                "is 0 ms; expected 1 to 60000 ms");
  ExpectRefused({.request_timeout = 60001ms}, "request_timeout",
                "is 60001 ms; expected 1 to 60000 ms");
}

TEST_F(MetricsServerTest, BothEndsOfEachRangeAreValid) {
  using Options = MetricsServerOptions;
  for (const std::size_t threads :
       {Options::kThreads.low, Options::kThreads.high}) {
    EXPECT_TRUE(Options{.threads = threads}.Validate().ok()) << threads;
  }
  for (const auto timeout :
       {Options::kRequestTimeout.low, Options::kRequestTimeout.high}) {
    EXPECT_TRUE(Options{.request_timeout = timeout}.Validate().ok());
  }
}

TEST_F(MetricsServerTest, APageThatIsGoneLeavesAnEmptyScrape) {
  auto page = EmptyMetrics();
  const auto server = MetricsServer::Create({.address = "127.0.0.1:0"}, page);
  ASSERT_TRUE(server.ok());
  page.reset();
  const HttpReply reply = HttpGet((*server)->port(), "/metrics");
  EXPECT_THAT(reply.status_line, HasSubstr("200"));
  EXPECT_THAT(reply.body, Not(HasSubstr("emotion_")));
}

}  // namespace
}  // namespace emotion
