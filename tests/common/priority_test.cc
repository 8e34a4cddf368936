#include "common/priority.h"

#include <gtest/gtest.h>

namespace emotion {
namespace {

TEST(PriorityTest, EachHasItsName) {
  EXPECT_EQ(PriorityName(Priority::kInteractive), "interactive");
  EXPECT_EQ(PriorityName(Priority::kBulk), "bulk");
}

}  // namespace
}  // namespace emotion
