#include "server/metrics/prometheus_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "tests/metrics/full_page.h"
#include "tests/metrics/page.h"

namespace emotion {
namespace {

using std::chrono_literals::operator""ms;
using testing::Contains;
using testing::IsSupersetOf;
using testing::Not;
using testing::StartsWith;

MATCHER_P(HasLines, expected, "") {
  return testing::ExplainMatchResult(IsSupersetOf(expected), Lines(arg),
                                     result_listener);
}

using Expected = std::vector<std::string>;

TEST(PrometheusMetricsTest, TheFactsOfTheStartAreOnThePage) {
  const PrometheusMetrics metrics({.workers = 3,
                                   .queue_limit_items = 77,
                                   .methods = kMethods,
                                   .version = "1.2",
                                   .commit = "c0ffee",
                                   .compiler = "GNU 12",
                                   .libtorch = "2.13"});
  EXPECT_THAT(metrics,
              HasLines(Expected{
                  "emotion_instances 3", "emotion_queue_limit_items 77",
                  "emotion_ready 0", "emotion_draining 0",
                  "emotion_model_load_seconds 0",
                  R"(emotion_build_info{commit="c0ffee",compiler="GNU 12",)"
                  R"(libtorch="2.13",version="1.2"} 1)"}));
  EXPECT_THAT(Lines(metrics), Not(Contains(StartsWith("emotion_model_info"))));
}

TEST(PrometheusMetricsTest, ALoadedModelBringsItsLabelsAtZero) {
  EXPECT_THAT(*LoadedMetrics().metrics,
              HasLines(Expected{
                  "emotion_model_load_seconds 2", "emotion_instances 2",
                  R"(emotion_model_info{layout="packed",manifest_sha256="00",)"
                  R"(model="default",precision="fp32",runtime="libtorch none",)"
                  R"(version="1"} 1)",
                  R"(emotion_predictions_total{label="others",model="default",)"
                  R"(version="1"} 0)",
                  R"(emotion_predictions_total{label="angry",model="default",)"
                  R"(version="1"} 0)"}));
}

TEST(PrometheusMetricsTest, ReadyAndDrainingFollowTheServer) {
  const auto [metrics, model] = LoadedMetrics();
  metrics->SetReady(true);
  EXPECT_THAT(*metrics,
              HasLines(Expected{"emotion_ready 1", "emotion_draining 0"}));
  metrics->SetReady(false);
  metrics->SetDraining(true);
  EXPECT_THAT(*metrics,
              HasLines(Expected{"emotion_ready 0", "emotion_draining 1"}));
}

TEST(PrometheusMetricsTest, TheQueueIsAskedAtEachScrapeWhileItIsWatched) {
  const auto [metrics, model] = LoadedMetrics();
  QueueStats stats{.items = 3, .bulk_items = 1, .tokens = 60, .oldest = 250ms};
  metrics->WatchQueue([&] { return stats; });
  EXPECT_THAT(*metrics, HasLines(Expected{
                            R"(emotion_queue_items{priority="interactive"} 2)",
                            R"(emotion_queue_items{priority="bulk"} 1)",
                            "emotion_queue_tokens 60",
                            "emotion_queue_oldest_seconds 0.25"}));
  stats = {.items = 4, .bulk_items = 0, .tokens = 80, .oldest = 500ms};
  EXPECT_THAT(*metrics, HasLines(Expected{
                            R"(emotion_queue_items{priority="interactive"} 4)",
                            R"(emotion_queue_items{priority="bulk"} 0)"}));
  metrics->WatchQueue({});
  EXPECT_THAT(*metrics,
              HasLines(Expected{
                  R"(emotion_queue_items{priority="interactive"} 0)",
                  R"(emotion_queue_items{priority="bulk"} 0)",
                  "emotion_queue_tokens 0", "emotion_queue_oldest_seconds 0"}));
}

TEST(PrometheusMetricsTest, TheTrafficIsAskedAtEachScrapeWhileItIsWatched) {
  const auto metrics = EmptyMetrics();
  unsigned percent = 90;
  metrics->WatchTraffic([&] {
    return std::vector<TrafficStats>{{.model = "m",
                                      .version = "2",
                                      .percent = percent,
                                      .shadow_percent = 5}};
  });
  EXPECT_THAT(*metrics,
              HasLines(Expected{
                  R"(emotion_model_traffic_percent{model="m",role="serving",)"
                  R"(version="2"} 90)",
                  R"(emotion_model_traffic_percent{model="m",role="shadow",)"
                  R"(version="2"} 5)"}));
  percent = 80;
  EXPECT_THAT(*metrics,
              HasLines(Expected{
                  R"(emotion_model_traffic_percent{model="m",role="serving",)"
                  R"(version="2"} 80)"}));
  metrics->WatchTraffic({});
  EXPECT_THAT(Lines(*metrics),
              Not(Contains(StartsWith("emotion_model_traffic_percent"))));
}

TEST(PrometheusMetricsTest, ARefusedModelIsCounted) {
  const auto metrics = EmptyMetrics();
  metrics->OnModelLoadRefused();
  EXPECT_THAT(*metrics,
              HasLines(Expected{"emotion_model_load_failures_total 1"}));
}

TEST(PrometheusMetricsTest, EachObserverReachesThePage) {
  const auto [metrics, model] = LoadedMetrics();
  metrics->rpc_observer().OnCallStarted(kMethods[0]);
  metrics->batch_observer().OnWorkerBusy(0);
  metrics->request_observer().OnAnswered(StatusCode::kOk);
  EXPECT_THAT(*metrics,
              HasLines(Expected{"emotion_requests_in_flight 1",
                                "emotion_instances_busy 1",
                                R"(emotion_items_total{outcome="ok"} 1)"}));
  EXPECT_THAT(Lines(*metrics), Contains(StartsWith("process_threads ")));
}

}  // namespace
}  // namespace emotion
