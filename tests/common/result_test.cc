#include "common/result.h"

#include <memory>
#include <string>
#include <utility>

#include "gtest/gtest.h"

namespace emotion {
namespace {

Result<int> Half(int number) {
  if (number % 2 != 0) return Status(StatusCode::kInvalidArgument, "is odd");
  return number / 2;
}

TEST(ResultTest, AValueIsOk) {
  const Result<int> half = Half(8);
  ASSERT_TRUE(half.ok());
  EXPECT_EQ(*half, 4);
  EXPECT_EQ(half.value(), 4);
  EXPECT_TRUE(half.status().ok());
}

TEST(ResultTest, AFailureIsItsStatus) {
  const Result<int> half = Half(7);
  ASSERT_FALSE(half.ok());
  EXPECT_EQ(half.status().ToString(), "INVALID_ARGUMENT: is odd");
  EXPECT_EQ(Half(7).status().ToString(), "INVALID_ARGUMENT: is odd");
  EXPECT_TRUE(Half(8).status().ok());
}

TEST(ResultTest, AValueThatOnlyMovesIsMovedOut) {
  Result<std::unique_ptr<std::string>> result =
      std::make_unique<std::string>("here");
  EXPECT_EQ(result->get()->size(), 4u);
  const std::unique_ptr<std::string> taken = *std::move(result);
  EXPECT_EQ(*taken, "here");
}

TEST(ResultTest, TheValueCanBeChangedInPlace) {
  Result<std::string> result = std::string("a");
  result->push_back('b');
  *result += 'c';
  result.value() += 'd';
  EXPECT_EQ(*result, "abcd");
}

TEST(ResultTest, AResultCanTakeANewState) {
  Result<int> result = 1;
  result = Status(StatusCode::kNotFound, "gone");
  EXPECT_FALSE(result.ok());
  result = 2;
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(*result, 2);
}

}  // namespace
}  // namespace emotion
