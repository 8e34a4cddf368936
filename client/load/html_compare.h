#pragma once

#include <string>

#include "client/load/load_result.h"

namespace emotion::load {

// Two results side by side, before and after a change, as one HTML file that
// stands alone, as ToHtml makes it of one. Pure.
std::string CompareHtml(const LoadResult& before, const LoadResult& after);

}  // namespace emotion::load
