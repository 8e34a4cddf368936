#pragma once

#include <string_view>
#include <vector>

#include "server/config/option.h"

namespace emotion {

// Every option, in the order in which help and the printed configuration show
// them. The only place where an option is declared. Thread-safe.
const std::vector<Option>& OptionTable();

// The option of that name, or nullptr.
const Option* FindOption(std::string_view name);

}  // namespace emotion
