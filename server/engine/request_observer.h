#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

#include "common/priority.h"
#include "common/status.h"
#include "server/domain/encoding.h"

namespace emotion {

// How a dialogue left the queue.
enum class QueueOutcome { kExecuted, kExpired, kCancelled };

// "executed", "expired", "cancelled".
constexpr std::string_view QueueOutcomeName(QueueOutcome outcome) {
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

// Where a dialogue was when its deadline passed or its caller went away.
enum class RequestStage { kAdmission, kQueue, kExecute };

// "admission", "queue", "execute".
constexpr std::string_view RequestStageName(RequestStage stage) {
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

// Receives what becomes of each dialogue; what a model does with it goes to the
// model's own observer. Called without locks held, from transport and worker
// threads, several at once; must be quick and must not throw.
class RequestObserver {
 public:
  virtual ~RequestObserver() = default;

  // The text became tokens.
  virtual void OnEncoded(const Encoding& encoding,
                         std::chrono::nanoseconds duration) = 0;
  // It could not be read; `reason` is one of DialogueEncoder::Encode's.
  virtual void OnInvalidInput(std::string_view reason) = 0;
  // It was refused; `reason` is "queue_full", "draining" or "not_ready".
  virtual void OnRejected(std::string_view reason) = 0;
  // It left the queue after `wait`.
  virtual void OnLeftQueue(QueueOutcome outcome, Priority priority,
                           std::chrono::nanoseconds wait) = 0;
  // Its deadline had passed at `stage`. At kExecute the work was wasted.
  virtual void OnExpired(RequestStage stage) = 0;
  // Its caller went away at `stage`. At kExecute the work was wasted.
  virtual void OnCancelled(RequestStage stage) = 0;

  // The last event of every dialogue: it was answered with `code`.
  virtual void OnAnswered(StatusCode code) = 0;
};

}  // namespace emotion
