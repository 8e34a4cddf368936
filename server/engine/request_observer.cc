#include "server/engine/request_observer.h"

namespace emotion {

std::string_view QueueOutcomeName(QueueOutcome outcome) {
  switch (outcome) {
    case QueueOutcome::kExecuted:
      return "executed";
    case QueueOutcome::kExpired:
      return "expired";
    case QueueOutcome::kCancelled:
      return "cancelled";
  }
  return "cancelled";
}

std::string_view RequestStageName(RequestStage stage) {
  switch (stage) {
    case RequestStage::kAdmission:
      return "admission";
    case RequestStage::kQueue:
      return "queue";
    case RequestStage::kExecute:
      return "execute";
  }
  return "execute";
}

}  // namespace emotion
