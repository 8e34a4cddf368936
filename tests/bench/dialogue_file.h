#pragma once

#include <string>
#include <vector>

#include "common/result.h"

namespace emotion::bench {

// The turns of the dialogues of a file, in its order; the formats are those of
// `emotion-client classify --input`. INVALID_ARGUMENT if it cannot be read.
Result<std::vector<std::vector<std::string>>> ReadDialogues(
    const std::string& file);

}  // namespace emotion::bench
