#include "server/models/model_observer.h"

namespace emotion {

std::string_view ShadowOutcomeName(ShadowOutcome outcome) {
  switch (outcome) {
    case ShadowOutcome::kAgreed:
      return "agreed";
    case ShadowOutcome::kChanged:
      return "changed";
    case ShadowOutcome::kFailed:
      return "failed";
    case ShadowOutcome::kDropped:
      return "dropped";
  }
  return "dropped";
}

}  // namespace emotion
