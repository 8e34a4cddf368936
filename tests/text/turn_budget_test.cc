#include "server/text/turn_budget.h"

#include <algorithm>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace emotion {
namespace {

using Lengths = std::vector<std::size_t>;

TEST(TurnBudgetTest, TheLongestEarlierTurnGivesWayFirst) {
  const struct {
    std::size_t budget;
    Lengths lengths;
    Lengths kept;
  } cases[] = {
      {10, {3, 3, 4}, {3, 3, 4}},  // all fits
      {9, {3, 3, 4}, {2, 3, 4}},   // the newer of two equals keeps more
      {8, {3, 3, 4}, {2, 2, 4}},
      {8, {9, 1, 4}, {3, 1, 4}},  // the short turn stays whole
      {8, {1, 9, 4}, {1, 3, 4}},  // whichever it is
      {12, {9, 9, 4}, {4, 4, 4}},
      {4, {3, 3, 4}, {0, 0, 4}},  // nothing is left over
      {5, {3, 3, 4}, {0, 1, 4}},  // the only token goes to the newer turn
      {3, {3, 3, 4}, {0, 0, 3}},  // the last turn alone is too long
      {5, {3, 0, 4}, {1, 0, 4}},  // an empty turn takes nothing
      {7, {9}, {7}},              // one turn
      {9, {5, 5, 5, 5, 1}, {2, 2, 2, 2, 1}},
      {11, {5, 5, 5, 5, 1}, {2, 2, 3, 3, 1}},
      {11, {5, 5, 1, 2, 1}, {3, 4, 1, 2, 1}},
      {6, {0, 0, 6}, {0, 0, 6}},
      {1, {1000000, 1000000, 1}, {0, 0, 1}},
  };
  for (const auto& [budget, lengths, kept] : cases) {
    Lengths shared = lengths;
    ShareTokens(budget, shared);
    EXPECT_EQ(shared, kept) << "budget " << budget << ", lengths "
                            << testing::PrintToString(lengths);
  }
}

// The rule, token by token: while there is too much, the longest earlier turn
// loses one, the oldest of equals first.
Lengths ShareSlowly(std::size_t budget, Lengths lengths) {
  lengths.back() = std::min(lengths.back(), budget);
  std::size_t sum = 0;
  for (const std::size_t length : lengths) sum += length;
  for (; sum > budget; --sum) {
    std::size_t longest = 0;
    for (std::size_t i = 1; i + 1 < lengths.size(); ++i) {
      if (lengths[i] > lengths[longest]) longest = i;
    }
    --lengths[longest];
  }
  return lengths;
}

TEST(TurnBudgetTest, TheLevelIsWhatTakingTokenByTokenLeadsTo) {
  for (std::size_t budget = 1; budget < 18; ++budget) {
    for (std::size_t i = 0; i < 864; ++i) {  // 6 * 6 * 6 * 4
      const Lengths lengths = {i % 6, i / 6 % 6, i / 36 % 6, i / 216 % 4 + 1};
      Lengths shared = lengths;
      ShareTokens(budget, shared);
      ASSERT_EQ(shared, ShareSlowly(budget, lengths))
          << "budget " << budget << ", lengths "
          << testing::PrintToString(lengths);
    }
  }
}

}  // namespace
}  // namespace emotion
