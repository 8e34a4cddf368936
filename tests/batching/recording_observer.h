#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "server/batching/batch_observer.h"

namespace emotion {

// Keeps every event as a line: "formed 2 items 30 tokens full 0 us", "busy 0",
// "idle 0 after 5 us". Thread-safe.
class RecordingObserver final : public BatchObserver {
 public:
  void OnBatchFormed(std::size_t items, std::size_t tokens, BatchReason reason,
                     std::chrono::nanoseconds assembly) override {
    Record("formed " + std::to_string(items) + " items " +
           std::to_string(tokens) + " tokens " +
           std::string(BatchReasonName(reason)) + " " + Micros(assembly));
  }
  void OnWorkerBusy(std::size_t worker) override {
    Record("busy " + std::to_string(worker));
  }
  void OnWorkerIdle(std::size_t worker,
                    std::chrono::nanoseconds busy) override {
    Record("idle " + std::to_string(worker) + " after " + Micros(busy));
  }

  std::vector<std::string> events() const {
    const std::lock_guard lock(mutex_);
    return events_;
  }

 private:
  static std::string Micros(std::chrono::nanoseconds time) {
    return std::to_string(time.count() / 1000) + " us";
  }
  void Record(std::string event) {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
  }

  mutable std::mutex mutex_;
  std::vector<std::string> events_;
};

}  // namespace emotion
