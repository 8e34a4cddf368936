#include "server/metrics/batch_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <chrono>
#include <string>

#include "tests/metrics/page.h"

namespace emotion {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""us;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(BatchMetricsTest, ABatchCountsItsSizeReasonAndAssembly) {
  prometheus::Registry registry;
  BatchMetrics metrics(registry, 2);
  EXPECT_THAT(
      ChangedBy(
          registry,
          [&] { metrics.OnBatchFormed(3, 70, BatchReason::kIdle, 500us); }),
      ElementsAre("emotion_batch_assembly_seconds_count 1",
                  "emotion_batch_assembly_seconds_sum 0.0005",
                  "emotion_batch_items_count 1", "emotion_batch_items_sum 3",
                  "emotion_batch_tokens_count 1", "emotion_batch_tokens_sum 70",
                  R"(emotion_batches_total{reason="idle"} 1)"));
}

TEST(BatchMetricsTest, EveryReasonHasItsSeries) {
  const struct {
    BatchReason reason;
    std::string name;
  } kCases[] = {
      {BatchReason::kFull, "full"},
      {BatchReason::kTokenBudget, "token_budget"},
      {BatchReason::kTimeBudget, "time_budget"},
      {BatchReason::kIdle, "idle"},
      {BatchReason::kDelay, "delay"},
      {BatchReason::kDrain, "drain"},
  };
  for (const auto& [reason, name] : kCases) {
    prometheus::Registry registry;
    BatchMetrics metrics(registry, 1);
    EXPECT_THAT(Lines(registry),
                Contains("emotion_batches_total{reason=\"" + name + "\"} 0"));
    EXPECT_THAT(
        ChangedBy(registry, [&] { metrics.OnBatchFormed(1, 1, reason, 1us); }),
        Contains("emotion_batches_total{reason=\"" + name + "\"} 1"));
  }
}

TEST(BatchMetricsTest, ASizeEqualToABoundCountsInItsBucket) {
  prometheus::Registry registry;
  BatchMetrics metrics(registry, 1);
  metrics.OnBatchFormed(4, 64, BatchReason::kFull, 1us);
  const auto lines = Lines(registry, /*with_buckets=*/true);
  EXPECT_THAT(lines, Contains(R"(emotion_batch_items_bucket{le="3"} 0)"));
  EXPECT_THAT(lines, Contains(R"(emotion_batch_items_bucket{le="4"} 1)"));
}

TEST(BatchMetricsTest, AWorkerIsBusyUntilItIsIdle) {
  prometheus::Registry registry;
  BatchMetrics metrics(registry, 2);
  EXPECT_THAT(Lines(registry), Contains("emotion_instances 2"));
  EXPECT_THAT(ChangedBy(registry, [&] { metrics.OnWorkerBusy(1); }),
              ElementsAre("emotion_instances_busy 1"));
  EXPECT_THAT(
      ChangedBy(registry, [&] { metrics.OnWorkerIdle(1, 1500ms); }),
      ElementsAre(R"(emotion_instance_busy_seconds_total{instance="1"} 1.5)",
                  "emotion_instances_busy 0"));
}

TEST(BatchMetricsTest, AWorkerBeyondTheAnnouncedIsNotCounted) {
  prometheus::Registry registry;
  BatchMetrics metrics(registry, 1);
  EXPECT_THAT(ChangedBy(registry,
                        [&] {
                          metrics.OnWorkerBusy(1);
                          metrics.OnWorkerIdle(1, 1ms);
                        }),
              IsEmpty());
}

}  // namespace
}  // namespace emotion
