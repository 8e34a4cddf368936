#include "client/conversation.h"

#include <utility>

namespace emotion::client {
namespace {

Turns With(Turns turns, std::string turn) {
  if (turns.size() == Conversation::kMaxTurns) turns.erase(turns.begin());
  turns.push_back(std::move(turn));
  return turns;
}

}  // namespace

void Conversation::Add(std::string turn) {
  turns_ = With(std::move(turns_), std::move(turn));
}

Result<Classification> Conversation::Say(std::string turn,
                                         const Classify& classify) {
  Turns turns = With(turns_, std::move(turn));
  Result<Classification> classification = classify(turns);
  if (classification.ok()) turns_ = std::move(turns);
  return classification;
}

}  // namespace emotion::client
