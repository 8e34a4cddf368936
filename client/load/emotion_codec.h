#pragma once

#include <memory>
#include <string>
#include <vector>

#include "client/cli/input_dialogue.h"
#include "client/load/codec.h"
#include "common/result.h"

namespace emotion::load {

// emotion.v1.EmotionService: Classify for one dialogue, ClassifyBatch for more.
// All dialogues are encoded here once, so that sending costs little. Requests
// name `model_version`, unless it is empty. INVALID_ARGUMENT if a turn or the
// version is not UTF-8.
Result<std::unique_ptr<Codec>> MakeEmotionCodec(
    const std::vector<client::InputDialogue>& dialogues,
    const std::string& model_version = "");

}  // namespace emotion::load
