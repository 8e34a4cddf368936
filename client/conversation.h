#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "client/classification.h"
#include "common/result.h"

namespace emotion::client {

// The window of a conversation that the caller keeps: the last turns of two
// speakers who take turns. The server keeps nothing between calls, so any
// server may classify any turn. Not thread-safe.
class Conversation {
 public:
  // What a model looks at.
  static constexpr std::size_t kMaxTurns = 3;

  // Classifies the last of these turns, as Client::Classify does.
  using Classify = std::function<Result<Classification>(const Turns&)>;
  // The same by its former name.
  using Judge = Classify;

  // The last turns, oldest first; at most kMaxTurns.
  const Turns& turns() const { return turns_; }

  // Adds a turn as context, without classifying it.
  void Add(std::string turn);

  // Adds a turn and classifies it in view of the ones before. A turn whose
  // classification fails is not kept: it can be said again.
  Result<Classification> Say(std::string turn, const Classify& classify);

  // Forgets all turns.
  void Reset() { turns_.clear(); }

 private:
  Turns turns_;
};

}  // namespace emotion::client
