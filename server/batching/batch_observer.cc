#include "server/batching/batch_observer.h"

namespace emotion {

std::string_view BatchReasonName(BatchReason reason) {
  switch (reason) {
    case BatchReason::kFull:
      return "full";
    case BatchReason::kTokenBudget:
      return "token_budget";
    case BatchReason::kTimeBudget:
      return "time_budget";
    case BatchReason::kIdle:
      return "idle";
    case BatchReason::kDelay:
      return "delay";
    case BatchReason::kDrain:
      return "drain";
  }
  return "drain";
}

}  // namespace emotion
