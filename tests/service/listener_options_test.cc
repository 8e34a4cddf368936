#include "server/service/listener_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace emotion {
namespace {

using testing::HasSubstr;

TEST(ListenerOptionsTest, TheDefaultsAreValid) {
  EXPECT_TRUE(ListenerOptions().Validate().ok());
}

TEST(ListenerOptionsTest, BothEndsOfEachRangeAreTaken) {
  for (const std::size_t bytes : {ListenerOptions::kMaxMessageBytes.low,
                                  ListenerOptions::kMaxMessageBytes.high}) {
    EXPECT_TRUE(ListenerOptions{.max_message_bytes = bytes}.Validate().ok());
  }
  for (const std::size_t streams :
       {ListenerOptions::kMaxConcurrentStreams.low,
        ListenerOptions::kMaxConcurrentStreams.high}) {
    EXPECT_TRUE(
        ListenerOptions{.max_concurrent_streams = streams}.Validate().ok());
  }
}

TEST(ListenerOptionsTest, AValueOutOfRangeIsNamed) {
  ListenerOptions tiny;
  tiny.max_message_bytes = 1023;
  EXPECT_EQ(tiny.Validate().ToString(),
            "INVALID_ARGUMENT: max_message_bytes: is 1023; expected 1024 to "
            "67108864");
  ListenerOptions streams;
  streams.max_concurrent_streams = 65537;
  EXPECT_EQ(streams.Validate().field(), "max_concurrent_streams");
}

TEST(ListenerOptionsTest, AnAddressIsAPortOrTheAbsolutePathOfASocket) {
  for (const char* address : {"127.0.0.1:0", "[::1]:0", "some-host:65535",
                              "unix:/run/emotion/admin-1_a.sock"}) {
    const ListenerOptions options{.address = address};
    EXPECT_TRUE(options.Validate().ok()) << address;
    EXPECT_EQ(options.is_unix_socket(), options.address[0] == 'u') << address;
  }
  for (const std::string& address :
       {std::string(), std::string("localhost"), std::string("some-host:65536"),
        std::string("unix:"), std::string("unix:/"), std::string("unix:a.sock"),
        std::string("unix://host/a"), std::string("unix:/a b"),
        std::string("unix:/a%20b"), std::string("unix:/a\0b", 9),
        "unix:/" + std::string(107, 'a')}) {
    const Status status = ListenerOptions{.address = address}.Validate();
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << address;
    EXPECT_EQ(status.field(), "address") << address;
    EXPECT_THAT(status.message(), HasSubstr(address)) << address;
    EXPECT_THAT(status.message(), HasSubstr("expected")) << address;
  }
  EXPECT_TRUE(ListenerOptions{.address = "unix:/" + std::string(106, 'a')}
                  .Validate()
                  .ok());
}

}  // namespace
}  // namespace emotion
