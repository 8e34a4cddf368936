#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace emotion::kernels {

// The dialogues of a batch that are computed together, their tokens one after
// another.
struct Shard {
  // Indexes in the batch.
  std::vector<std::size_t> dialogues;
  // Row of the first token of each dialogue, and the number of rows.
  std::vector<std::size_t> offsets{0};

  std::size_t rows() const { return offsets.back(); }
  std::size_t size() const { return dialogues.size(); }
  std::size_t length(std::size_t i) const {
    return offsets[i + 1] - offsets[i];
  }
  void Add(std::size_t dialogue, std::size_t tokens);
};

// Consecutive dialogues of a shard: [begin, end).
struct Tile {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Splits a batch into `shard_count` shards that are nearly equal in tokens, or
// returns it whole, as one shard, if it cannot be split so, as with one
// dialogue. `offsets` as in a TokenBatch; shard_count >= 1.
std::vector<Shard> SplitBatch(std::span<const std::int64_t> offsets,
                              std::size_t shard_count);

// Cuts a shard into tiles of at most `rows` rows, or of one longer dialogue.
std::vector<Tile> CutTiles(const Shard& shard, std::size_t rows);

}  // namespace emotion::kernels
