#include "server/engine/request_outcome.h"

#include <string>
#include <utility>

namespace emotion {
namespace {

std::string_view Where(RequestStage stage) {
  switch (stage) {
    case RequestStage::kAdmission:
      return "before the server saw the request";
    case RequestStage::kQueue:
      return "in the queue";
    case RequestStage::kExecute:
      return "while the model ran";
  }
  return "while the model ran";
}

}  // namespace

void RequestOutcome::Answered(Request& request, Answer answer) const {
  request.model->observer->OnPrediction(answer.prediction);
  End(request, std::move(answer));
}

void RequestOutcome::Invalid(Request& request, Status reason) const {
  observer_.OnInvalidInput(reason.reason());
  End(request, std::move(reason));
}

void RequestOutcome::Rejected(Request& request, Status reason) const {
  observer_.OnRejected(reason.reason());
  End(request, std::move(reason));
}

void RequestOutcome::Expired(Request& request, RequestStage stage) const {
  observer_.OnExpired(stage);
  End(request, Status(StatusCode::kDeadlineExceeded,
                      "the deadline passed " + std::string(Where(stage)))
                   .WithReason("expired"));
}

void RequestOutcome::Cancelled(Request& request, RequestStage stage) const {
  observer_.OnCancelled(stage);
  End(request, Status(StatusCode::kCancelled, "the caller went away"));
}

void RequestOutcome::Failed(Request& request, Status reason) const {
  End(request, std::move(reason));
}

void RequestOutcome::End(Request& request, Result<Answer> result) const {
  observer_.OnAnswered(result.ok() ? StatusCode::kOk : result.status().code());
  request.completion(std::move(result));
}

}  // namespace emotion
