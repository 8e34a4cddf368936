#include "client/server_choice.h"

#include <algorithm>

namespace emotion::client {
namespace {

int Merit(const Candidate& candidate) {
  const int fresh = candidate.tried ? 0 : 1;
  switch (candidate.reach) {
    case Reach::kReady:
      return 4 + fresh;
    case Reach::kUnknown:
      return 2 + fresh;
    default:
      return fresh;
  }
}

}  // namespace

std::size_t ChooseServer(const std::vector<Candidate>& candidates,
                         std::uint64_t turn) {
  int best = -1;
  std::vector<std::size_t> equals;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const int merit = Merit(candidates[i]);
    if (merit > best) equals.clear();
    best = std::max(best, merit);
    if (merit == best) equals.push_back(i);
  }
  return equals[turn % equals.size()];
}

}  // namespace emotion::client
