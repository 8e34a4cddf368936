#include "server/metrics/request_metrics.h"

#include <iterator>

#include "server/domain/dialogue.h"
#include "server/metrics/metric_names.h"
#include "server/metrics/seconds.h"

namespace emotion {
namespace {

namespace names = metric_names;

static_assert(std::size(names::kTurns) == kMaxTurns);

// What became of a dialogue, by whom it is up to: the caller (invalid, expired,
// cancelled), the load (rejected) or this server (error).
std::string_view Outcome(StatusCode code) {
  switch (code) {
    case StatusCode::kOk:
      return "ok";
    case StatusCode::kInvalidArgument:
    case StatusCode::kNotFound:
      return "invalid";
    case StatusCode::kResourceExhausted:
    case StatusCode::kUnavailable:
      return "rejected";
    case StatusCode::kDeadlineExceeded:
      return "expired";
    case StatusCode::kCancelled:
      return "cancelled";
    case StatusCode::kFailedPrecondition:
    case StatusCode::kInternal:
      return "error";
  }
  return "error";
}

}  // namespace

RequestMetrics::RequestMetrics(prometheus::Registry& registry)
    : items_(registry, names::kItems),
      tokenize_time_(AddSeries(registry, names::kTokenizeTime)),
      request_tokens_(AddSeries(registry, names::kRequestTokens)),
      tokens_(AddSeries(registry, names::kTokens)),
      unknown_tokens_(AddSeries(registry, names::kUnknownTokens)),
      truncated_(registry, names::kTruncated),
      invalid_(registry, names::kInvalidInput),
      rejected_(registry, names::kRejected),
      expired_(registry, names::kExpired),
      cancelled_(registry, names::kCancelled) {
  for (const std::string_view priority : names::kPriorities) {
    queue_wait_.emplace_back(
        registry, names::kQueueWait,
        prometheus::Labels{{"priority", std::string(priority)}});
  }
}

void RequestMetrics::OnEncoded(const Encoding& encoding,
                               std::chrono::nanoseconds duration) {
  const auto tokens = static_cast<double>(encoding.token_ids.size());
  tokenize_time_.Observe(Seconds(duration));
  request_tokens_.Observe(tokens);
  tokens_.Increment(tokens);
  unknown_tokens_.Increment(encoding.unknown_tokens);
  for (std::size_t turn = 0; turn < kMaxTurns; ++turn) {
    if (encoding.truncated_turns[turn]) truncated_.At(turn).Increment();
  }
}

void RequestMetrics::OnInvalidInput(std::string_view reason) {
  invalid_.At(invalid_.IndexOf(reason)).Increment();
}

void RequestMetrics::OnRejected(std::string_view reason) {
  rejected_.At(rejected_.IndexOf(reason)).Increment();
}

void RequestMetrics::OnLeftQueue(QueueOutcome outcome, Priority priority,
                                 std::chrono::nanoseconds wait) {
  queue_wait_[static_cast<std::size_t>(priority)]
      .At(static_cast<std::size_t>(outcome))
      .Observe(Seconds(wait));
}

void RequestMetrics::OnExpired(RequestStage stage) {
  expired_.At(static_cast<std::size_t>(stage)).Increment();
}

void RequestMetrics::OnCancelled(RequestStage stage) {
  cancelled_.At(static_cast<std::size_t>(stage)).Increment();
}

void RequestMetrics::OnAnswered(StatusCode code) {
  items_.At(items_.IndexOf(Outcome(code))).Increment();
}

}  // namespace emotion
