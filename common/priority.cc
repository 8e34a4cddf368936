#include "common/priority.h"

namespace emotion {

std::string_view PriorityName(Priority priority) {
  switch (priority) {
    case Priority::kInteractive:
      return "interactive";
    case Priority::kBulk:
      return "bulk";
  }
  return "bulk";
}

}  // namespace emotion
