#include "tests/support/fake_classifier.h"

#include <numeric>

#include "server/inference/calibration.h"

namespace emotion {

Result<std::vector<Prediction>> FakeClassifier::Predict(
    const TokenBatch& batch) {
  std::unique_lock lock(mutex_);
  batches_.push_back(batch.dialogues());
  changed_.notify_all();
  changed_.wait(lock, [&] { return !shut_; });
  for (const std::int64_t token : batch.token_ids()) {
    if (poison_.contains(token)) {
      return Status(StatusCode::kInternal, "the fake fails on this token");
    }
  }
  const Calibration calibration{1.0F, std::vector<float>(labels_)};
  std::vector<Prediction> predictions;
  for (std::size_t i = 0; i < batch.dialogues(); ++i) {
    const auto begin = batch.offsets()[i];
    const auto tokens = batch.token_ids().subspan(
        static_cast<std::size_t>(begin),
        static_cast<std::size_t>(batch.offsets()[i + 1] - begin));
    std::vector<float> logits(labels_);
    logits[LabelOf({tokens.begin(), tokens.end()})] = 1;
    predictions.push_back(calibration.Apply(logits));
  }
  return predictions;
}

std::size_t FakeClassifier::LabelOf(
    const std::vector<std::int32_t>& token_ids) const {
  return static_cast<std::size_t>(
             std::accumulate(token_ids.begin(), token_ids.end(), 0)) %
         labels_;
}

void FakeClassifier::Shut() {
  const std::lock_guard lock(mutex_);
  shut_ = true;
}

void FakeClassifier::Open() {
  const std::lock_guard lock(mutex_);
  shut_ = false;
  changed_.notify_all();
}

void FakeClassifier::BlockUntilCalls(std::size_t calls) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return batches_.size() >= calls; });
}

void FakeClassifier::FailOnToken(std::int64_t token) {
  const std::lock_guard lock(mutex_);
  poison_.insert(token);
}

std::vector<std::size_t> FakeClassifier::batches() const {
  const std::lock_guard lock(mutex_);
  return batches_;
}

}  // namespace emotion
