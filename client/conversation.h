#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "client/classification.h"
#include "common/result.h"

namespace emotion::client {

// The window of a conversation that the caller keeps: the last turns of two
// speakers who take turns. The server keeps nothing between calls, so any
// server may judge any turn. Not thread-safe.
class Conversation {
 public:
  // What a model looks at.
  static constexpr std::size_t kMaxTurns = 3;

  // Judges the last of these turns, as Client::Classify does.
  using Judge = std::function<Result<Classification>(const Turns&)>;

  // The last turns, oldest first; at most kMaxTurns.
  const Turns& turns() const { return turns_; }

  // Takes a turn in without judging it.
  void Add(std::string turn);

  // Takes a turn in and judges it in view of the ones before. A turn whose
  // judgement fails is not kept: it can be said again.
  Result<Classification> Say(std::string turn, const Judge& judge);

  // Forgets all turns.
  void Reset() { turns_.clear(); }

 private:
  Turns turns_;
};

}  // namespace emotion::client
