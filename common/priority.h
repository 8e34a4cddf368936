#pragma once

#include <string_view>

namespace emotion {

// Who goes first when requests wait.
enum class Priority {
  kInteractive,  // Somebody waits for the answer.
  kBulk,         // Background work.
};

// "interactive", "bulk".
std::string_view PriorityName(Priority priority);

}  // namespace emotion
