#include "server/engine/batch_runner.h"

#include <utility>
#include <vector>

#include "server/inference/token_batch.h"

namespace emotion {
namespace {

TokenBatch Pack(std::span<const QueuedItem<Request>> items) {
  std::size_t tokens = 0;
  for (const QueuedItem<Request>& queued : items) tokens += queued.item.size();
  TokenBatch batch;
  batch.Reserve(items.size(), tokens);
  for (const QueuedItem<Request>& queued : items) {
    batch.Add(queued.item.encoding);
  }
  return batch;
}

// No shadow begins a forward pass while this lives.
class ShadowsHeldBack {
 public:
  explicit ShadowsHeldBack(ShadowRunner& shadows) : shadows_(shadows) {
    shadows_.OnBatchBegins();
  }
  ~ShadowsHeldBack() { shadows_.OnBatchEnds(); }
  ShadowsHeldBack(const ShadowsHeldBack&) = delete;
  ShadowsHeldBack& operator=(const ShadowsHeldBack&) = delete;

 private:
  ShadowRunner& shadows_;
};

}  // namespace

void BatchRunner::Run(Batch<Request> batch) const {
  for (QueuedItem<Request>& expired : batch.expired) {
    observer_.OnLeftQueue(QueueOutcome::kExpired, expired.item.priority(),
                          batch.formed_at - expired.enqueued_at);
    outcome_.Expired(expired.item, RequestStage::kQueue);
  }
  if (batch.items.empty()) return;
  for (const QueuedItem<Request>& queued : batch.items) {
    observer_.OnLeftQueue(QueueOutcome::kExecuted, queued.item.priority(),
                          batch.formed_at - queued.enqueued_at);
  }
  const ShadowsHeldBack held_back(shadows_);
  RunItems(batch.items, batch.formed_at);
}

// Group testing by halving: a failed pass says that some dialogue of its batch
// is bad, not which. Halves that pass are done; halves that fail are halved
// again.
void BatchRunner::RunItems(Items items, Clock::TimePoint formed_at) const {
  const LoadedModelPtr model = items.front().item.model;
  const TokenBatch tokens = Pack(items);
  const Clock::TimePoint begin = clock_.Now();
  Result<std::vector<Prediction>> predictions =
      model->classifier->Predict(tokens);
  const Clock::TimePoint end = clock_.Now();
  model->observer->OnInference(items.size(), tokens.tokens(), end - begin,
                               predictions.ok());
  if (!predictions.ok()) {
    if (items.size() == 1) {
      return outcome_.Failed(items[0].item, predictions.status());
    }
    const std::size_t half = items.size() / 2;
    RunItems(items.first(half), formed_at);
    RunItems(items.subspan(half), formed_at);
    return;
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Timings timings{.tokenize = items[i].item.tokenize,
                          .queue = formed_at - items[i].enqueued_at,
                          .compute = end - begin,
                          .batch_dialogues = items.size(),
                          .batch_tokens = tokens.tokens()};
    Answer(items[i], std::move((*predictions)[i]), timings, end);
  }
}

// The work is done by now, so what was wasted is counted as such: at the stage
// "execute".
void BatchRunner::Answer(QueuedItem<Request>& queued, Prediction prediction,
                         const Timings& timings, Clock::TimePoint end) const {
  Request& request = queued.item;
  if (request.deadline() <= end) {
    return outcome_.Expired(request, RequestStage::kExecute);
  }
  if (request.context.caller_gone && request.context.caller_gone()) {
    return outcome_.Cancelled(request, RequestStage::kExecute);
  }
  if (request.shadow) {
    shadows_.Offer(std::move(*request.shadow),
                   request.model->info.labels[prediction.label]);
  }
  outcome_.Answered(request,
                    {.model = request.model,
                     .prediction = std::move(prediction),
                     .truncated_turns = request.encoding.truncated_turns,
                     .tokens = request.size(),
                     .timings = timings});
}

}  // namespace emotion
