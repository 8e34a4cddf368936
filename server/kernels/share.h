#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace emotion::kernels {

// Dialogues of a batch that are worked on together, tokens one after another.
struct Share {
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

// A stretch of a share: the dialogues [begin, end).
struct Tile {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Splits a batch among the members of a team: a share for each, nearly equal in
// tokens, or one share for all if it cannot be split so, as with one dialogue.
// `offsets` as in a TokenBatch; members >= 1.
std::vector<Share> SplitBatch(std::span<const std::int64_t> offsets,
                              std::size_t members);

// Cuts a share into tiles of at most `rows` rows, or of one longer dialogue.
std::vector<Tile> CutTiles(const Share& share, std::size_t rows);

}  // namespace emotion::kernels
