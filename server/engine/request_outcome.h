#pragma once

#include <chrono>
#include <string_view>

#include "common/result.h"
#include "server/engine/answer.h"
#include "server/engine/request.h"
#include "server/engine/request_observer.h"

namespace emotion {

// The ways in which a request ends, each in one place: what is reported, and
// what the caller gets. Each answers the request, exactly once, and leaves its
// completion empty. Thread-safe; borrows the observer.
class RequestOutcome {
 public:
  explicit RequestOutcome(RequestObserver& observer) : observer_(observer) {}

  // It was classified.
  void Answered(Request& request, Answer answer) const;
  // It could not be read; `reason` is the encoder's.
  void Invalid(Request& request, Status reason) const;
  // It was not admitted: queue_full, draining, not_ready.
  void Rejected(Request& request, Status reason) const;
  // Its deadline had passed at `stage`.
  void Expired(Request& request, RequestStage stage) const;
  // Its caller went away at `stage`.
  void Cancelled(Request& request, RequestStage stage) const;
  // The model failed on it.
  void Failed(Request& request, Status reason) const;

 private:
  void End(Request& request, Result<Answer> result) const;

  RequestObserver& observer_;
};

}  // namespace emotion
