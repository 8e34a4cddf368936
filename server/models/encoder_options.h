#pragma once

#include <filesystem>

#include "server/inference/manifest.h"
#include "server/text/dialogue_encoder.h"

namespace emotion {

// How dialogues are encoded for the model of a package: its vocabulary, its
// limits and its tokenizer's switches, as the manifest has them. Opens no file.
DialogueEncoderOptions EncoderOptions(const std::filesystem::path& package,
                                      const Manifest& manifest);

}  // namespace emotion
