#include "server/kernels/shard.h"

#include <algorithm>
#include <numeric>

namespace emotion::kernels {
namespace {

// Threads that work on one shard lose up to a tenth of their time to a barrier
// in each layer and to keys that each of them transposes. From this balance on
// (mean rows of a shard by those of the largest) a shard for each is faster.
constexpr double kBalanceToSplit = 0.9;

Shard WholeBatch(std::span<const std::int64_t> offsets) {
  Shard shard;
  for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
    shard.Add(i, static_cast<std::size_t>(offsets[i + 1] - offsets[i]));
  }
  return shard;
}

}  // namespace

void Shard::Add(std::size_t dialogue, std::size_t tokens) {
  dialogues.push_back(dialogue);
  offsets.push_back(offsets.back() + tokens);
}

// Longest processing time first (Graham, "Bounds on multiprocessing timing
// anomalies", 1969): each dialogue, longest first, goes to the shard that has
// the fewest rows so far. The largest shard is then at most 4/3 of the best
// possible, and much nearer with many dialogues. The work of a row is the same
// whatever its dialogue but for attention, which is small at these lengths, so
// rows are a good measure. The sort is stable: equal batches split equally.
std::vector<Shard> SplitBatch(std::span<const std::int64_t> offsets,
                              std::size_t shard_count) {
  Shard whole = WholeBatch(offsets);
  if (shard_count == 1) return {std::move(whole)};
  std::vector<std::size_t> longest_first(whole.size());
  std::iota(longest_first.begin(), longest_first.end(), 0);
  std::stable_sort(longest_first.begin(), longest_first.end(),
                   [&whole](std::size_t a, std::size_t b) {
                     return whole.length(a) > whole.length(b);
                   });
  std::vector<Shard> shards(shard_count);
  const auto fewer_rows = [](const Shard& a, const Shard& b) {
    return a.rows() < b.rows();
  };
  for (const std::size_t dialogue : longest_first) {
    std::min_element(shards.begin(), shards.end(), fewer_rows)
        ->Add(dialogue, whole.length(dialogue));
  }
  const auto largest =
      std::max_element(shards.begin(), shards.end(), fewer_rows)->rows();
  const double balance = static_cast<double>(whole.rows()) /
                         static_cast<double>(largest * shard_count);
  if (balance < kBalanceToSplit) return {std::move(whole)};
  return shards;
}

// Greedy: a tile ends where the next dialogue would not fit. Dialogues are
// never divided, because attention needs all keys and values of a dialogue in
// the buffers of one tile.
std::vector<Tile> CutTiles(const Shard& shard, std::size_t rows) {
  std::vector<Tile> tiles;
  Tile tile;
  for (std::size_t i = 0; i < shard.size(); ++i) {
    if (i > tile.begin &&
        shard.offsets[i + 1] - shard.offsets[tile.begin] > rows) {
      tiles.push_back(tile);
      tile.begin = i;
    }
    tile.end = i + 1;
  }
  if (tile.end > tile.begin) tiles.push_back(tile);
  return tiles;
}

}  // namespace emotion::kernels
