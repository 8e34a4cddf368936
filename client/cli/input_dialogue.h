#pragma once

#include <cstddef>
#include <string>

#include "client/classification.h"

namespace emotion::client {

// The most turns a line of input may hold.
inline constexpr std::size_t kMaxInputTurns = 3;

// One dialogue of the input.
struct InputDialogue {
  // As the input names it; otherwise its number, "1" for the first.
  std::string id;
  Turns turns;
  // The label the input gives, for those who compare; may be empty.
  std::string label{};
};

}  // namespace emotion::client
