#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace emotion {

// The byte offset at which the first ill-formed UTF-8 sequence of `text`
// begins, or nothing if all of it is well formed. Follows table 3-7 of the
// Unicode Standard: overlong forms, surrogates and code points above U+10FFFF
// are ill-formed. Pure and thread-safe; one pass.
std::optional<std::size_t> FindInvalidUtf8(std::string_view text);

}  // namespace emotion
