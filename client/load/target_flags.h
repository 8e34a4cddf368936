#pragma once

#include <memory>
#include <string>
#include <vector>

#include "client/cli/input_dialogue.h"
#include "client/load/codec.h"
#include "client/load/load_flags.h"
#include "common/result.h"

namespace emotion::load {

// What the flags say of the server that is measured. Each status has the flag
// without dashes as its field.

// What speaks the protocol that the flags choose, about these dialogues.
Result<std::unique_ptr<Codec>> MakeTargetCodec(
    const LoadFlags& flags,
    const std::vector<client::InputDialogue>& dialogues);

// Where the server's metrics are: host:port; empty if they are not asked for.
Result<std::string> MetricsAddress(const LoadFlags& flags);

}  // namespace emotion::load
