#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "server/batching/batch_observer.h"
#include "server/engine/request_observer.h"
#include "server/models/model_observer.h"

namespace emotion {

// Writes down what is reported, one line an event, without what depends on
// time: "encoded 3", "rejected queue_full", "left executed" ("left executed
// bulk" if it was), "answered OK", ... Thread-safe.
class RecordingObserver final : public RequestObserver, public BatchObserver {
 public:
  void OnEncoded(const Encoding& encoding, std::chrono::nanoseconds) override;
  void OnInvalidInput(std::string_view reason) override;
  void OnRejected(std::string_view reason) override;
  void OnLeftQueue(QueueOutcome outcome, Priority priority,
                   std::chrono::nanoseconds) override;
  void OnExpired(RequestStage stage) override;
  void OnCancelled(RequestStage stage) override;
  void OnAnswered(StatusCode code) override;

  // Writes down what a model reports: "inference 2 dialogues 9 tokens",
  // "predicted 1", "shadow changed sad to angry". REQUIRES: this outlives it.
  std::unique_ptr<ModelObserver> ForModel();

  void OnBatchFormed(std::size_t, std::size_t, BatchReason,
                     std::chrono::nanoseconds) override {}
  void OnWorkerBusy(std::size_t) override {}
  void OnWorkerIdle(std::size_t, std::chrono::nanoseconds) override {}

  std::vector<std::string> events() const;
  // How often exactly this event was reported.
  std::size_t Count(std::string_view event) const;
  // Returns once events that begin so were reported `count` times.
  void BlockUntil(std::string_view beginning, std::size_t count = 1);

 private:
  class ForOneModel;

  void Record(std::string event);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> events_;
};

}  // namespace emotion
