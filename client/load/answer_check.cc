#include "client/load/answer_check.h"

#include <algorithm>
#include <cmath>

namespace emotion::load {

void AnswerCounts::Merge(const AnswerCounts& other) {
  compared += other.compared;
  correct += other.correct;
  repeated += other.repeated;
  inconsistent += other.inconsistent;
  largest_probability_change =
      std::max(largest_probability_change, other.largest_probability_change);
  for (const auto& [label, times] : other.labels) labels[label] += times;
}

AnswerCheck::AnswerCheck(const std::vector<client::InputDialogue>& dialogues) {
  dialogues_.reserve(dialogues.size());
  for (const auto& each : dialogues) dialogues_.push_back({each.label});
}

void AnswerCheck::Check(std::size_t index, const std::string& label,
                        float probability) {
  Dialogue& dialogue = dialogues_[index];
  ++counts_.labels[label];
  if (!dialogue.expected.empty()) {
    ++counts_.compared;
    if (label == dialogue.expected) ++counts_.correct;
  }
  if (!dialogue.answered) {
    dialogue.answered = true;
    dialogue.first_answer = label;
    dialogue.first_probability = probability;
    return;
  }
  ++counts_.repeated;
  if (label != dialogue.first_answer) {
    ++counts_.inconsistent;
    return;
  }
  counts_.largest_probability_change =
      std::max(counts_.largest_probability_change,
               double{std::abs(probability - dialogue.first_probability)});
}

}  // namespace emotion::load
