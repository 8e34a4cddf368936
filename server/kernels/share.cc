#include "server/kernels/share.h"

#include <algorithm>
#include <numeric>

namespace emotion::kernels {
namespace {

// What members who share dialogues lose, by meeting once a layer and turning
// the same keys twice: from this balance on, members work apart.
constexpr double kBalanceToWorkApart = 0.9;

Share WholeBatch(std::span<const std::int64_t> offsets) {
  Share share;
  for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
    share.Add(i, static_cast<std::size_t>(offsets[i + 1] - offsets[i]));
  }
  return share;
}

}  // namespace

void Share::Add(std::size_t dialogue, std::size_t tokens) {
  dialogues.push_back(dialogue);
  offsets.push_back(offsets.back() + tokens);
}

std::vector<Share> SplitBatch(std::span<const std::int64_t> offsets,
                              std::size_t members) {
  Share whole = WholeBatch(offsets);
  if (members == 1) return {std::move(whole)};
  std::vector<std::size_t> longest_first(whole.size());
  std::iota(longest_first.begin(), longest_first.end(), 0);
  std::stable_sort(longest_first.begin(), longest_first.end(),
                   [&whole](std::size_t a, std::size_t b) {
                     return whole.length(a) > whole.length(b);
                   });
  std::vector<Share> shares(members);
  const auto fewer_rows = [](const Share& a, const Share& b) {
    return a.rows() < b.rows();
  };
  for (const std::size_t dialogue : longest_first) {
    std::min_element(shares.begin(), shares.end(), fewer_rows)
        ->Add(dialogue, whole.length(dialogue));
  }
  const auto largest =
      std::max_element(shares.begin(), shares.end(), fewer_rows)->rows();
  const double balance = static_cast<double>(whole.rows()) /
                         static_cast<double>(largest * members);
  if (balance < kBalanceToWorkApart) return {std::move(whole)};
  return shares;
}

std::vector<Tile> CutTiles(const Share& share, std::size_t rows) {
  std::vector<Tile> tiles;
  Tile tile;
  for (std::size_t i = 0; i < share.size(); ++i) {
    if (i > tile.begin &&
        share.offsets[i + 1] - share.offsets[tile.begin] > rows) {
      tiles.push_back(tile);
      tile.begin = i;
    }
    tile.end = i + 1;
  }
  if (tile.end > tile.begin) tiles.push_back(tile);
  return tiles;
}

}  // namespace emotion::kernels
