#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "common/result.h"
#include "server/domain/encoding.h"
#include "server/inference/manifest.h"

namespace emotion::bench {

// Dialogues of the lengths of chat: drawn, with a fixed seed, from a log-normal
// distribution with the median 20 and the 99th percentile 48 that EmoContext's
// dialogues have. Tokens are random.
std::vector<Encoding> MadeUpDialogues(const Manifest& manifest,
                                      std::size_t count);

// Those of a file in the order in which it has them, encoded for the package.
// Dialogues that the encoder refuses are left out. INVALID_ARGUMENT if the file
// cannot be read.
Result<std::vector<Encoding>> DialoguesOf(const std::string& file,
                                          const std::filesystem::path& package,
                                          const Manifest& manifest);

}  // namespace emotion::bench
