#pragma once

#include <istream>
#include <string>

#include "client/load/load_result.h"
#include "common/result.h"

namespace emotion::load {

// A result as a JSON object, one member a line: figures for people and
// programs, times in milliseconds, and under "histograms" everything that
// merging and comparing need. The member "format" is 1.
std::string ToJson(const LoadResult& result);

// Reads such a file back. INVALID_ARGUMENT has `name` as its field.
Result<LoadResult> FromJson(std::istream& in, const std::string& name);

}  // namespace emotion::load
