#include "server/service/service_options.h"

#include <gtest/gtest.h>

namespace emotion {
namespace {

TEST(ServiceOptionsTest, TheDefaultsAreValid) {
  EXPECT_TRUE(ServiceOptions().Validate().ok());
}

TEST(ServiceOptionsTest, AValueOutOfRangeIsNamed) {
  ServiceOptions none;
  none.max_batch_dialogues = 0;
  EXPECT_EQ(none.Validate().ToString(),
            "INVALID_ARGUMENT: max_batch_dialogues: is 0; expected 1 to 4096");
  ServiceOptions tiny;
  tiny.max_message_bytes = 1023;
  EXPECT_EQ(tiny.Validate().field(), "max_message_bytes");
  ServiceOptions streams;
  streams.max_concurrent_streams = 65537;
  EXPECT_EQ(streams.Validate().field(), "max_concurrent_streams");
  ServiceOptions late;
  late.drain_timeout = std::chrono::minutes(11);
  EXPECT_EQ(late.Validate().field(), "drain_timeout");
  ServiceOptions lame;
  lame.lame_duck = std::chrono::milliseconds(-1);
  EXPECT_EQ(lame.Validate().ToString(),
            "INVALID_ARGUMENT: lame_duck: is -1 ms; expected 0 to 600000 ms");
}

}  // namespace
}  // namespace emotion
