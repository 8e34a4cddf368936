#include "server/inference/token_batch.h"

#include <cassert>

namespace emotion {

void TokenBatch::Reserve(std::size_t dialogues, std::size_t tokens) {
  offsets_.reserve(dialogues + 1);
  token_ids_.reserve(tokens);
  segment_ids_.reserve(tokens);
}

// Offsets as in a matrix of compressed rows: dialogue i is [offsets[i],
// offsets[i + 1]), and the last offset is the number of tokens.
void TokenBatch::Add(const Encoding& encoding) {
  assert(!encoding.token_ids.empty());
  assert(encoding.token_ids.size() == encoding.segment_ids.size());
  token_ids_.insert(token_ids_.end(), encoding.token_ids.begin(),
                    encoding.token_ids.end());
  segment_ids_.insert(segment_ids_.end(), encoding.segment_ids.begin(),
                      encoding.segment_ids.end());
  offsets_.push_back(static_cast<std::int64_t>(token_ids_.size()));
}

}  // namespace emotion
