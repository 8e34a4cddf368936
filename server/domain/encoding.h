#pragma once

#include <bitset>
#include <cstdint>
#include <vector>

#include "server/domain/dialogue.h"

namespace emotion {

// A dialogue as the model reads it: [CLS] t1 [SEP] t2 [SEP] t3 [SEP].
struct Encoding {
  // Ids in the vocabulary, special tokens included. Never empty.
  std::vector<std::int32_t> token_ids{};
  // For each token the type of its turn: 0 for the first speaker, 1 for the
  // second. As long as token_ids.
  std::vector<std::int32_t> segment_ids{};
  // Bit i is set if turn i (0 is the oldest) lost pieces to the length limit.
  std::bitset<kMaxTurns> truncated_turns{};
  // How many of token_ids are [UNK].
  std::uint32_t unknown_tokens = 0;
};

}  // namespace emotion
