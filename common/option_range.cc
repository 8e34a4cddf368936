#include "common/option_range.h"

namespace emotion {

Status FirstFailure(std::initializer_list<Status> checks) {
  for (const Status& check : checks) {
    if (!check.ok()) return check;
  }
  return Status();
}

}  // namespace emotion
