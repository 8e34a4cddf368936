#include "server/batching/admission.h"

#include <algorithm>
#include <cassert>
#include <string>

namespace emotion {
namespace {

std::string UsedOf(std::size_t used, std::size_t limit, const char* unit) {
  return std::to_string(used) + " of " + std::to_string(limit) + " " + unit;
}

std::size_t Share(std::size_t limit, std::size_t percent) {
  return std::max<std::size_t>(1, limit * percent / 100);
}

}  // namespace

Admission::Admission(const BatchOptions& options)
    : limit_{options.max_queue_items, options.max_queue_tokens},
      bulk_limit_{Share(options.max_queue_items, options.max_bulk_percent),
                  Share(options.max_queue_tokens, options.max_bulk_percent)},
      drain_rate_(options.workers) {}

Status Admission::Admit(std::size_t tokens, Priority priority) {
  if (closed_) {
    return Status(StatusCode::kUnavailable, "the server is shutting down")
        .WithReason("draining");
  }
  const bool bulk = priority == Priority::kBulk;
  if (!Fits(all_, limit_, tokens)) {
    return Refuse("the queue", all_, limit_, tokens);
  }
  if (bulk && !Fits(bulk_, bulk_limit_, tokens)) {
    return Refuse("bulk's share of the queue", bulk_, bulk_limit_, tokens);
  }
  ++all_.items;
  all_.tokens += tokens;
  if (bulk) {
    ++bulk_.items;
    bulk_.tokens += tokens;
  }
  return Status();
}

void Admission::Release(std::size_t tokens, Priority priority) {
  assert(all_.items > 0 && all_.tokens >= tokens);
  --all_.items;
  all_.tokens -= tokens;
  if (priority != Priority::kBulk) return;
  assert(bulk_.items > 0 && bulk_.tokens >= tokens);
  --bulk_.items;
  bulk_.tokens -= tokens;
}

void Admission::Assume(const CostModel& cost) { drain_rate_.Assume(cost); }

void Admission::RecordDone(std::size_t tokens, Clock::Duration busy) {
  drain_rate_.Record(tokens, busy);
}

// An empty queue takes any item: one larger than the limit would otherwise be
// refused for ever, with a hint to come back. The sum is never formed, so that
// it cannot overflow.
bool Admission::Fits(const Load& load, const Load& limit, std::size_t tokens) {
  if (load.items == 0) return true;
  return load.items < limit.items && load.tokens <= limit.tokens &&
         tokens <= limit.tokens - load.tokens;
}

Status Admission::Refuse(const char* what, const Load& load, const Load& limit,
                         std::size_t tokens) const {
  return Status(StatusCode::kResourceExhausted,
                std::string(what) +
                    " is full: " + UsedOf(load.items, limit.items, "items") +
                    ", " + UsedOf(load.tokens, limit.tokens, "tokens") +
                    "; this item has " + std::to_string(tokens))
      .WithReason("queue_full")
      .WithRetryAfter(drain_rate_.TimeFor(all_.tokens));
}

}  // namespace emotion
