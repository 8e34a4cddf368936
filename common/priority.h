#pragma once

#include <string_view>

namespace emotion {

// Who goes first when requests wait.
enum class Priority {
  kInteractive,  // Somebody waits for the answer.
  kBulk,         // Background work.
};

// "interactive", "bulk".
constexpr std::string_view PriorityName(Priority priority) {
  switch (priority) {
    case Priority::kInteractive:
      return "interactive";
    case Priority::kBulk:
      return "bulk";
  }
  return "bulk";
}

}  // namespace emotion
