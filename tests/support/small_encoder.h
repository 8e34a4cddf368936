#pragma once

#include <memory>

#include "server/text/dialogue_encoder.h"

namespace emotion {

// A true encoder over a vocabulary of a few pieces: the special ones, the
// letters a to z at the start of a word and inside it, and "!". So a word of n
// letters has n tokens. At most 3 turns, 40 bytes a turn, 24 tokens.
std::unique_ptr<DialogueEncoder> SmallEncoder();

}  // namespace emotion
