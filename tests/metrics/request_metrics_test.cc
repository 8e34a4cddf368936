#include "server/metrics/request_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "tests/metrics/page.h"

namespace emotion {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""us;
using testing::ElementsAreArray;

struct Case {
  std::function<void(RequestMetrics&)> event;
  std::vector<std::string> changed;
};

void ExpectChanges(const std::vector<Case>& cases) {
  for (const auto& [event, expected] : cases) {
    prometheus::Registry registry;
    RequestMetrics metrics(registry);
    const auto changed = ChangedBy(registry, [&] { event(metrics); });
    EXPECT_THAT(changed, ElementsAreArray(expected));
  }
}

TEST(RequestMetricsTest, AnEncodingCountsItsTokensAndCutTurns) {
  Encoding encoding;
  encoding.token_ids = {2, 7, 1, 3};
  encoding.unknown_tokens = 1;
  encoding.truncated_turns.set(0).set(7);
  ExpectChanges(
      {{[&](RequestMetrics& metrics) { metrics.OnEncoded(encoding, 50us); },
        {"emotion_request_tokens_count 1", "emotion_request_tokens_sum 4",
         "emotion_tokenize_seconds_count 1",
         "emotion_tokenize_seconds_sum 5e-05", "emotion_tokens_total 4",
         R"(emotion_truncated_total{turn="1"} 1)",
         R"(emotion_truncated_total{turn="8"} 1)",
         "emotion_unknown_tokens_total 1"}}});
}

Case Invalid(std::string reason, const std::string& label) {
  return {[reason](RequestMetrics& metrics) { metrics.OnInvalidInput(reason); },
          {"emotion_invalid_input_total{reason=\"" + label + "\"} 1"}};
}

Case Rejected(std::string reason, const std::string& label) {
  return {[reason](RequestMetrics& metrics) { metrics.OnRejected(reason); },
          {"emotion_rejected_total{reason=\"" + label + "\"} 1"}};
}

TEST(RequestMetricsTest, ARefusalCountsItsReason) {
  ExpectChanges(
      {Invalid("empty", "empty"), Invalid("turn_count", "turn_count"),
       Invalid("encoding", "encoding"), Invalid("too_long", "too_long"),
       Invalid("item_count", "item_count"), Invalid("malformed", "malformed"),
       Invalid("priority", "priority"),
       Invalid("model_version", "model_version"), Invalid("novel", "other"),
       Rejected("queue_full", "queue_full"), Rejected("draining", "draining"),
       Rejected("not_ready", "not_ready"), Rejected("novel", "other")});
}

Case Expired(RequestStage stage, const std::string& label) {
  return {[stage](RequestMetrics& metrics) { metrics.OnExpired(stage); },
          {"emotion_expired_total{stage=\"" + label + "\"} 1"}};
}

Case Cancelled(RequestStage stage, const std::string& label) {
  return {[stage](RequestMetrics& metrics) { metrics.OnCancelled(stage); },
          {"emotion_cancelled_total{stage=\"" + label + "\"} 1"}};
}

TEST(RequestMetricsTest, ALostDialogueCountsItsStage) {
  ExpectChanges({Expired(RequestStage::kAdmission, "admission"),
                 Expired(RequestStage::kQueue, "queue"),
                 Expired(RequestStage::kExecute, "execute"),
                 Cancelled(RequestStage::kAdmission, "admission"),
                 Cancelled(RequestStage::kQueue, "queue"),
                 Cancelled(RequestStage::kExecute, "execute")});
}

Case LeftQueue(QueueOutcome outcome, Priority priority,
               const std::string& labels) {
  const std::string series = "{" + labels + "} ";
  return {[=](RequestMetrics& metrics) {
            metrics.OnLeftQueue(outcome, priority, 2ms);
          },
          {"emotion_queue_wait_seconds_count" + series + "1",
           "emotion_queue_wait_seconds_sum" + series + "0.002"}};
}

TEST(RequestMetricsTest, LeavingTheQueueCountsTheWaitByOutcomeAndPriority) {
  ExpectChanges({
      LeftQueue(QueueOutcome::kExecuted, Priority::kInteractive,
                R"(outcome="executed",priority="interactive")"),
      LeftQueue(QueueOutcome::kExecuted, Priority::kBulk,
                R"(outcome="executed",priority="bulk")"),
      LeftQueue(QueueOutcome::kExpired, Priority::kInteractive,
                R"(outcome="expired",priority="interactive")"),
      LeftQueue(QueueOutcome::kCancelled, Priority::kBulk,
                R"(outcome="cancelled",priority="bulk")"),
  });
}

Case Answered(StatusCode code, const std::string& outcome) {
  return {[code](RequestMetrics& metrics) { metrics.OnAnswered(code); },
          {"emotion_items_total{outcome=\"" + outcome + "\"} 1"}};
}

TEST(RequestMetricsTest, AnAnswerCountsItsOutcome) {
  ExpectChanges({Answered(StatusCode::kOk, "ok"),
                 Answered(StatusCode::kInvalidArgument, "invalid"),
                 Answered(StatusCode::kResourceExhausted, "rejected"),
                 Answered(StatusCode::kUnavailable, "rejected"),
                 Answered(StatusCode::kDeadlineExceeded, "expired"),
                 Answered(StatusCode::kCancelled, "cancelled"),
                 Answered(StatusCode::kInternal, "error"),
                 Answered(StatusCode::kNotFound, "invalid"),
                 Answered(StatusCode::kFailedPrecondition, "error")});
}

}  // namespace
}  // namespace emotion
