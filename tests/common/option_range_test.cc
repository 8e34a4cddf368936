#include "common/option_range.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace emotion {
namespace {

TEST(OptionRangeTest, BothEndsBelongToTheRange) {
  const struct {
    std::int64_t value;
    const char* outcome;
  } cases[] = {
      {-3, "INVALID_ARGUMENT: delay: is -3; expected -2 to 7"},
      {-2, "OK"},
      {7, "OK"},
      {8, "INVALID_ARGUMENT: delay: is 8; expected -2 to 7"},
  };
  for (const auto& [value, outcome] : cases) {
    EXPECT_EQ(CheckRange("delay", value, -2, 7).ToString(), outcome);
  }
}

TEST(OptionRangeTest, TheUnitFollowsTheNumbers) {
  EXPECT_EQ(CheckRange("delay", 9L, 0, 5, "ms").message(),
            "is 9 ms; expected 0 to 5 ms");
}

TEST(OptionRangeTest, LargeUnsignedValuesAreNotTakenForNegativeOnes) {
  EXPECT_EQ(CheckRange("n", ~std::size_t{0}, 1, 2).message(),
            "is 18446744073709551615; expected 1 to 2");
}

TEST(OptionRangeTest, OfSeveralFailuresTheFirstIsTold) {
  EXPECT_TRUE(FirstFailure({}).ok());
  EXPECT_TRUE(FirstFailure({Status(), Status()}).ok());
  EXPECT_EQ(FirstFailure({CheckRange("a", 1, 1, 2), CheckRange("b", 0, 1, 2),
                          CheckRange("c", 0, 1, 2)})
                .field(),
            "b");
}

}  // namespace
}  // namespace emotion
