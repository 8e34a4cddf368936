#include "common/host_port.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace emotion {
namespace {

using testing::HasSubstr;

TEST(HostPortTest, ReadsNamesAndAddresses) {
  const struct {
    std::string text;
    std::string host;
    std::uint16_t port;
  } kCases[] = {
      {"127.0.0.1:9464", "127.0.0.1", 9464},
      {"0.0.0.0:0", "0.0.0.0", 0},
      {"localhost:65535", "localhost", 65535},
      {"my-host.example_1:80", "my-host.example_1", 80},
      {"[::1]:50051", "::1", 50051},
      {"[::ffff:1.2.3.4]:1", "::ffff:1.2.3.4", 1},
  };
  for (const auto& [text, host, port] : kCases) {
    const auto parsed = ParseHostPort(text);
    ASSERT_TRUE(parsed.ok()) << parsed.status().ToString();
    EXPECT_EQ(parsed->host, host);
    EXPECT_EQ(parsed->port, port);
  }
}

TEST(HostPortTest, RefusesAllElseAndQuotesIt) {
  for (const std::string text : {"",           ":",
                                 ":80",        "host",
                                 "host:",      "host:http",
                                 "host:65536", "host:99999999999",
                                 "host:-1",    "host:+1",
                                 "host: 1",    "host:1 ",
                                 "::1:80",     "[]:80",
                                 "[1]:80",     "[::1]",
                                 "[::1]80",    "[:g:]:80",
                                 "a:1,b:2",    "http://host:80",
                                 "ho st:80",   "unix:/tmp/socket"}) {
    const auto parsed = ParseHostPort(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.status().code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(parsed.status().message(), HasSubstr('"' + text + '"'));
    EXPECT_THAT(parsed.status().message(), HasSubstr("expected HOST:PORT"));
  }
}

}  // namespace
}  // namespace emotion
