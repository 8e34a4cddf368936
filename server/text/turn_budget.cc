#include "server/text/turn_budget.h"

#include <algorithm>
#include <numeric>

namespace emotion {
namespace {

std::size_t SumUpTo(std::size_t level, std::span<const std::size_t> lengths) {
  std::size_t sum = 0;
  for (const std::size_t length : lengths) sum += std::min(length, level);
  return sum;
}

}  // namespace

// Water filling: the earlier turns are vessels of the heights `lengths`, the
// rest of the budget is poured in, and L is the level it reaches (max-min
// fairness). A turn below L is untouched, so a short answer such as "no"
// survives a long turn beside it. The sum at a level rises with the level, so
// the level is found by bisection, in a number of steps that depends on the
// budget and not on what a caller sends.
void ShareTokens(std::size_t budget, std::span<std::size_t> lengths) {
  std::size_t& last = lengths.back();
  last = std::min(last, budget);
  const std::size_t rest = budget - last;
  const auto earlier = lengths.first(lengths.size() - 1);
  if (std::accumulate(earlier.begin(), earlier.end(), std::size_t{0}) <= rest) {
    return;
  }

  // Not all fits, so the level lies below the rest + 1.
  std::size_t level = 0;
  std::size_t too_high = rest + 1;
  while (too_high - level > 1) {
    const std::size_t middle = level + (too_high - level) / 2;
    (SumUpTo(middle, earlier) <= rest ? level : too_high) = middle;
  }
  // Fewer than there are turns above the level, or the level would be higher.
  std::size_t left_over = rest - SumUpTo(level, earlier);
  for (std::size_t i = earlier.size(); i-- > 0;) {
    std::size_t& length = earlier[i];
    if (length <= level) continue;
    length = level;
    if (left_over == 0) continue;
    ++length;
    --left_over;
  }
}

}  // namespace emotion
