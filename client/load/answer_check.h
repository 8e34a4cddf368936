#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "client/cli/input_dialogue.h"

namespace emotion::load {

// What became of the answers under load.
struct AnswerCounts {
  // Answers to dialogues whose label is known, and how many of them were it.
  std::uint64_t compared = 0;
  std::uint64_t correct = 0;
  // Answers to dialogues that had been answered before, and how many named
  // another label than the first time.
  std::uint64_t repeated = 0;
  std::uint64_t inconsistent = 0;
  // The farthest that the winning probability moved between two answers that
  // name the same label.
  double largest_probability_change = 0;
  // How often each label was the answer.
  std::map<std::string, std::uint64_t> labels;

  void Merge(const AnswerCounts& other);
};

// Compares answers with the labels of the input and with earlier answers to
// the same dialogue: a server that is fast but wrong under load is seen. Not
// thread-safe.
class AnswerCheck {
 public:
  explicit AnswerCheck(const std::vector<client::InputDialogue>& dialogues);

  // The answer to the dialogue at `index`.
  void Check(std::size_t index, const std::string& label, float probability);

  const AnswerCounts& counts() const { return counts_; }
  // Counts from 0; earlier answers are still remembered.
  void ResetCounts() { counts_ = {}; }

 private:
  struct Dialogue {
    std::string expected;
    std::string first_answer{};
    float first_probability = 0;
    bool answered = false;
  };

  std::vector<Dialogue> dialogues_;
  AnswerCounts counts_;
};

}  // namespace emotion::load
