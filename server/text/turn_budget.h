#pragma once

#include <cstddef>
#include <span>

namespace emotion {

// Shares a limit of tokens among the turns of a dialogue: on entry
// `lengths` holds how many tokens each turn has, oldest first; on return, how
// many it keeps. The sum of what is kept is at most `budget`.
//
// The last turn keeps as much as the budget allows. The rest is shared by the
// earlier turns, the longest giving way first: with L the largest level for
// which the sum of min(length, L) is at most the rest, each keeps
// min(length, L); tokens left over go one each to turns longer than L, newest
// first. Pure. REQUIRES: `lengths` is not empty.
void ShareTokens(std::size_t budget, std::span<std::size_t> lengths);

}  // namespace emotion
