#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "common/result.h"

namespace emotion {

// SHA-256 (FIPS 180-4) of `bytes` as 64 lower-case hexadecimal digits.
std::string Sha256(std::string_view bytes);

// The same of a file's content, read in pieces. FAILED_PRECONDITION names the
// file if it cannot be read to its end.
Result<std::string> Sha256OfFile(const std::filesystem::path& file);

}  // namespace emotion
