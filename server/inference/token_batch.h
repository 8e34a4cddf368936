#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "server/domain/encoding.h"

namespace emotion {

// A packed batch: the tokens of all dialogues one after another on one flat
// axis, plus offsets. There is no padding, so a batch costs what its tokens
// cost and a dialogue's answer cannot depend on its neighbours.
//
// Dialogue i owns the tokens [offsets()[i], offsets()[i + 1]).
// A plain value; not thread-safe while it is being filled.
class TokenBatch {
 public:
  // Reserves memory for so many, to avoid growing later.
  void Reserve(std::size_t dialogues, std::size_t tokens);

  // Appends one dialogue. REQUIRES: it has at least one token.
  void Add(const Encoding& encoding);

  std::size_t dialogues() const { return offsets_.size() - 1; }
  std::size_t tokens() const { return token_ids_.size(); }

  // Each as long as tokens().
  std::span<const std::int64_t> token_ids() const { return token_ids_; }
  std::span<const std::int64_t> segment_ids() const { return segment_ids_; }
  // dialogues() + 1 values, from 0 to tokens(), rising.
  std::span<const std::int64_t> offsets() const { return offsets_; }

 private:
  std::vector<std::int64_t> token_ids_;
  std::vector<std::int64_t> segment_ids_;
  std::vector<std::int64_t> offsets_{0};
};

}  // namespace emotion
