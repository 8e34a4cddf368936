#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <span>

#include "server/domain/encoding.h"

namespace emotion::bench {

// Our int8 linears, as a pass over real dialogues calls them, beside oneDNN's
// over as many tokens, on one thread, `rounds` times by turns after a warm-up.
// Prints a table and gives its figures.
nlohmann::json CompareInt8Linears(std::span<const Encoding> dialogues,
                                  std::size_t vocabulary, std::size_t rounds,
                                  double seconds);

}  // namespace emotion::bench
