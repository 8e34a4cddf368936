#include "tests/support/recording_observer.h"

#include <algorithm>

namespace emotion {

class RecordingObserver::ForOneModel final : public ModelObserver {
 public:
  explicit ForOneModel(RecordingObserver& record) : record_(record) {}

  void OnInference(std::size_t dialogues, std::size_t tokens,
                   std::chrono::nanoseconds, bool ok) override {
    record_.Record("inference " + std::to_string(dialogues) + " dialogues " +
                   std::to_string(tokens) + " tokens" + (ok ? "" : " failed"));
  }
  void OnPrediction(const Prediction& prediction) override {
    record_.Record("predicted " + std::to_string(prediction.label));
  }
  void OnShadow(ShadowOutcome outcome, std::string_view given,
                std::string_view own) override {
    record_.Record("shadow " + std::string(ShadowOutcomeName(outcome)) + " " +
                   std::string(given) +
                   (own.empty() ? "" : " to " + std::string(own)));
  }

 private:
  RecordingObserver& record_;
};

std::unique_ptr<ModelObserver> RecordingObserver::ForModel() {
  return std::make_unique<ForOneModel>(*this);
}

void RecordingObserver::OnEncoded(const Encoding& encoding,
                                  std::chrono::nanoseconds) {
  Record("encoded " + std::to_string(encoding.token_ids.size()));
}

void RecordingObserver::OnInvalidInput(std::string_view reason) {
  Record("invalid " + std::string(reason));
}

void RecordingObserver::OnRejected(std::string_view reason) {
  Record("rejected " + std::string(reason));
}

void RecordingObserver::OnLeftQueue(QueueOutcome outcome, Priority priority,
                                    std::chrono::nanoseconds) {
  Record("left " + std::string(QueueOutcomeName(outcome)) +
         (priority == Priority::kBulk ? " bulk" : ""));
}

void RecordingObserver::OnExpired(RequestStage stage) {
  Record("expired " + std::string(RequestStageName(stage)));
}

void RecordingObserver::OnCancelled(RequestStage stage) {
  Record("cancelled " + std::string(RequestStageName(stage)));
}

void RecordingObserver::OnAnswered(StatusCode code) {
  Record("answered " + std::string(StatusCodeName(code)));
}

std::vector<std::string> RecordingObserver::events() const {
  const std::lock_guard lock(mutex_);
  return events_;
}

std::size_t RecordingObserver::Count(std::string_view event) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::count(events_.begin(), events_.end(), event));
}

void RecordingObserver::BlockUntil(std::string_view beginning,
                                   std::size_t count) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] {
    return static_cast<std::size_t>(std::count_if(
               events_.begin(), events_.end(), [&](const std::string& event) {
                 return event.starts_with(beginning);
               })) >= count;
  });
}

void RecordingObserver::Record(std::string event) {
  const std::lock_guard lock(mutex_);
  events_.push_back(std::move(event));
  changed_.notify_all();
}

}  // namespace emotion
