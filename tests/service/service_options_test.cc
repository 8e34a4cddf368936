#include "server/service/service_options.h"

#include <gtest/gtest.h>

namespace emotion {
namespace {

TEST(ServiceOptionsTest, TheDefaultsAreValid) {
  EXPECT_TRUE(ServiceOptions().Validate().ok());
}

TEST(ServiceOptionsTest, BothEndsOfEachRangeAreTaken) {
  for (const std::size_t count : {ServiceOptions::kMaxBatchDialogues.low,
                                  ServiceOptions::kMaxBatchDialogues.high}) {
    EXPECT_TRUE(ServiceOptions{.max_batch_dialogues = count}.Validate().ok());
  }
  for (const auto wait :
       {ServiceOptions::kLameDuck.low, ServiceOptions::kLameDuck.high}) {
    EXPECT_TRUE(ServiceOptions{.lame_duck = wait}.Validate().ok());
  }
  for (const auto wait : {ServiceOptions::kDrainTimeout.low,
                          ServiceOptions::kDrainTimeout.high}) {
    EXPECT_TRUE(ServiceOptions{.drain_timeout = wait}.Validate().ok());
  }
}

TEST(ServiceOptionsTest, AValueOutOfRangeIsNamed) {
  ServiceOptions none;
  none.max_batch_dialogues = 0;
  EXPECT_EQ(none.Validate().ToString(),
            "INVALID_ARGUMENT: max_batch_dialogues: is 0; expected 1 to 4096");
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
