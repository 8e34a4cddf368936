#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "client/cli/dialogue_reader.h"
#include "client/cli/input_dialogue.h"
#include "common/result.h"

namespace emotion::load {

// Reads all dialogues, so that no file is read while the load runs. The status
// is the reader's; a file without dialogues is INVALID_ARGUMENT too.
Result<std::vector<client::InputDialogue>> ReadAll(
    client::DialogueReader& reader, const std::string& name);

// How long made-up dialogues are, in words of all three turns together: evenly
// from `min_words` to `max_words`.
struct SyntheticLengths {
  std::size_t min_words = 6;
  std::size_t max_words = 30;
};

// `count` dialogues of everyday English words, for want of real ones. They
// have no label. The same seed makes the same dialogues. REQUIRES:
// 3 <= min_words <= max_words.
std::vector<client::InputDialogue> MakeDialogues(SyntheticLengths lengths,
                                                 std::size_t count,
                                                 std::uint64_t seed);

// Says which dialogue of a list comes next, for ever. Not thread-safe.
class DialogueOrder {
 public:
  // `sampled`: each is drawn evenly from all; otherwise they come in order and
  // start again at the end. REQUIRES: count > 0.
  DialogueOrder(std::size_t count, bool sampled, std::uint64_t seed)
      : draw_(0, count - 1), count_(count), sampled_(sampled), random_(seed) {}

  std::size_t Next() { return sampled_ ? draw_(random_) : next_++ % count_; }

 private:
  std::uniform_int_distribution<std::size_t> draw_;
  const std::size_t count_;
  const bool sampled_;
  std::mt19937_64 random_;
  std::size_t next_ = 0;
};

}  // namespace emotion::load
