#pragma once

#include <memory>
#include <vector>

#include "client/cli/input_dialogue.h"
#include "client/load/codec.h"
#include "common/result.h"

namespace emotion::load {

// emotion.v1.EmotionService: Classify for one dialogue, ClassifyBatch for more.
// All dialogues are encoded here once, so that sending costs little.
// INVALID_ARGUMENT if a turn is not UTF-8.
Result<std::unique_ptr<Codec>> MakeEmotionCodec(
    const std::vector<client::InputDialogue>& dialogues);

}  // namespace emotion::load
