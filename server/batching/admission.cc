#include "server/batching/admission.h"

#include <cassert>
#include <string>

namespace emotion {
namespace {

std::string UsedOf(std::size_t used, std::size_t limit, const char* unit) {
  return std::to_string(used) + " of " + std::to_string(limit) + " " + unit;
}

}  // namespace

Admission::Admission(const BatchOptions& options)
    : max_items_(options.max_queue_items),
      max_tokens_(options.max_queue_tokens),
      drain_rate_(options.workers) {}

Status Admission::Admit(std::size_t tokens) {
  if (closed_) {
    return Status(StatusCode::kUnavailable, "the server is shutting down")
        .WithReason("draining");
  }
  const bool fits = items_ < max_items_ && tokens_ <= max_tokens_ &&
                    tokens <= max_tokens_ - tokens_;
  if (!fits && items_ > 0) {
    return Status(StatusCode::kResourceExhausted,
                  "the queue is full: " + UsedOf(items_, max_items_, "items") +
                      ", " + UsedOf(tokens_, max_tokens_, "tokens") +
                      "; this item has " + std::to_string(tokens))
        .WithReason("queue_full")
        .WithRetryAfter(drain_rate_.TimeFor(tokens_));
  }
  ++items_;
  tokens_ += tokens;
  return Status();
}

void Admission::Release(std::size_t tokens) {
  assert(items_ > 0 && tokens_ >= tokens);
  --items_;
  tokens_ -= tokens;
}

void Admission::RecordDone(std::size_t tokens, Clock::Duration busy) {
  drain_rate_.Record(tokens, busy);
}

}  // namespace emotion
