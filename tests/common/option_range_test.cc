#include "common/option_range.h"

#include <gtest/gtest.h>

#include <chrono>
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

TEST(OptionRangeTest, ARangeHoldsBothItsEnds) {
  constexpr OptionRange<std::size_t> range{.low = 2, .high = 4};
  static_assert(!range.Contains(1) && range.Contains(2));
  static_assert(range.Contains(4) && !range.Contains(5));
  EXPECT_TRUE(CheckRange("n", 2, range).ok());
  EXPECT_TRUE(CheckRange("n", 4, range).ok());
  EXPECT_EQ(CheckRange("n", 5, range).ToString(),
            "INVALID_ARGUMENT: n: is 5; expected 2 to 4");
}

TEST(OptionRangeTest, ARangeOfTimesBringsItsUnit) {
  using std::chrono::microseconds;
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  constexpr OptionRange<microseconds> micro{.low = microseconds(1),
                                            .high = milliseconds(2)};
  constexpr OptionRange<milliseconds> milli{.low = milliseconds(0),
                                            .high = seconds(3)};
  constexpr OptionRange<seconds> whole{.low = seconds(1), .high = seconds(4)};
  EXPECT_TRUE(CheckRange("t", milliseconds(2), micro).ok());
  EXPECT_EQ(CheckRange("t", microseconds(0), micro).message(),
            "is 0 us; expected 1 to 2000 us");
  EXPECT_EQ(CheckRange("t", milliseconds(-1), milli).message(),
            "is -1 ms; expected 0 to 3000 ms");
  EXPECT_EQ(CheckRange("t", seconds(5), whole).message(),
            "is 5 s; expected 1 to 4 s");
}

TEST(OptionRangeTest, LargeUnsignedValuesAreNotTakenForNegativeOnes) {
  EXPECT_EQ(CheckRange("n", ~std::size_t{0}, 1, 2).message(),
            "is 18446744073709551615; expected 1 to 2");
}

TEST(OptionRangeTest, OfSeveralFailuresTheFirstIsReturned) {
  EXPECT_TRUE(FirstFailure({}).ok());
  EXPECT_TRUE(FirstFailure({Status(), Status()}).ok());
  EXPECT_EQ(FirstFailure({CheckRange("a", 1, 1, 2), CheckRange("b", 0, 1, 2),
                          CheckRange("c", 0, 1, 2)})
                .field(),
            "b");
}

}  // namespace
}  // namespace emotion
