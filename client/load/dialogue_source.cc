#include "client/load/dialogue_source.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace emotion::load {
namespace {

constexpr std::array<std::string_view, 32> kWords = {
    "i",     "you",   "we",    "they", "have", "lost",  "found", "love",
    "hate",  "miss",  "want",  "need", "my",   "your",  "dog",   "friend",
    "house", "work",  "today", "now",  "very", "never", "so",    "happy",
    "sad",   "angry", "tired", "what", "why",  "good",  "bad",   "thanks"};

}  // namespace

Result<std::vector<client::InputDialogue>> ReadAll(
    client::DialogueReader& reader, const std::string& name) {
  std::vector<client::InputDialogue> dialogues;
  for (;;) {
    Result<std::optional<client::InputDialogue>> next = reader.Next();
    if (!next.ok()) return std::move(next).status();
    if (!next->has_value()) break;
    dialogues.push_back(*std::move(*next));
  }
  if (dialogues.empty()) {
    return Status(StatusCode::kInvalidArgument,
                  "holds no dialogue: expected at least one")
        .WithField(name);
  }
  return dialogues;
}

std::vector<client::InputDialogue> MakeDialogues(SyntheticLengths lengths,
                                                 std::size_t count,
                                                 std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_int_distribution<std::size_t> length(lengths.min_words,
                                                    lengths.max_words);
  std::uniform_int_distribution<std::size_t> word(0, kWords.size() - 1);
  std::vector<client::InputDialogue> dialogues(count);
  for (std::size_t i = 0; i < count; ++i) {
    dialogues[i].id = std::to_string(i + 1);
    dialogues[i].turns.resize(client::kMaxInputTurns);
    const std::size_t words = length(random);
    for (std::size_t w = 0; w < words; ++w) {
      std::string& turn =
          dialogues[i].turns[w * client::kMaxInputTurns / words];
      if (!turn.empty()) turn += ' ';
      turn += kWords[word(random)];
    }
  }
  return dialogues;
}

}  // namespace emotion::load
