#include "server/metrics/rpc_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <chrono>
#include <string>

#include "tests/metrics/page.h"

namespace emotion {
namespace {

using std::chrono_literals::operator""ms;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;

const std::string kService =
    R"(grpc_service="emotion.v1.EmotionService",grpc_type="unary")";

TEST(RpcMetricsTest, AStartCountsAndOpensACall) {
  prometheus::Registry registry;
  RpcMetrics metrics(registry);
  EXPECT_THAT(
      ChangedBy(registry, [&] { metrics.OnCallStarted("Classify"); }),
      ElementsAre("emotion_requests_in_flight 1",
                  R"(grpc_server_started_total{grpc_method="Classify",)" +
                      kService + "} 1"));
}

TEST(RpcMetricsTest, AnEndCountsItsCodeAndTimeAndClosesTheCall) {
  prometheus::Registry registry;
  RpcMetrics metrics(registry);
  metrics.OnCallStarted("ClassifyBatch");
  const auto changed = ChangedBy(registry, [&] {
    metrics.OnCallHandled({"ClassifyBatch", StatusCode::kOk, 250ms, "id"});
  });
  const std::string method = R"(grpc_method="ClassifyBatch",)" + kService + "}";
  EXPECT_THAT(
      changed,
      ElementsAre(
          "emotion_requests_in_flight 0",
          R"(grpc_server_handled_total{grpc_code="OK",)" + method + " 1",
          "grpc_server_handling_seconds_count{" + method + " 1",
          "grpc_server_handling_seconds_sum{" + method + " 0.25"));
}

TEST(RpcMetricsTest, EveryCodeHasTheNameThatReadyDashboardsExpect) {
  const struct {
    StatusCode code;
    std::string name;
  } kCases[] = {
      {StatusCode::kOk, "OK"},
      {StatusCode::kInvalidArgument, "InvalidArgument"},
      {StatusCode::kNotFound, "NotFound"},
      {StatusCode::kFailedPrecondition, "FailedPrecondition"},
      {StatusCode::kResourceExhausted, "ResourceExhausted"},
      {StatusCode::kDeadlineExceeded, "DeadlineExceeded"},
      {StatusCode::kCancelled, "Cancelled"},
      {StatusCode::kUnavailable, "Unavailable"},
      {StatusCode::kInternal, "Internal"},
  };
  for (const auto& [code, name] : kCases) {
    prometheus::Registry registry;
    RpcMetrics metrics(registry);
    const auto changed = ChangedBy(registry, [&] {
      metrics.OnCallHandled({"GetModelInfo", code, 1ms, "id"});
    });
    EXPECT_THAT(changed, Contains("grpc_server_handled_total{grpc_code=\"" +
                                  name + R"(",grpc_method="GetModelInfo",)" +
                                  kService + "} 1"));
  }
}

TEST(RpcMetricsTest, AnUnknownMethodCountsAsOther) {
  prometheus::Registry registry;
  RpcMetrics metrics(registry);
  EXPECT_THAT(ChangedBy(registry, [&] { metrics.OnCallStarted("Surprise"); }),
              Contains(R"(grpc_server_started_total{grpc_method="other",)" +
                       kService + "} 1"));
}

TEST(RpcMetricsTest, EverySeriesStartsAtZero) {
  prometheus::Registry registry;
  const RpcMetrics metrics(registry);
  const auto lines = Lines(registry, /*with_buckets=*/true);
  // 4 methods: started, 9 codes, time as sum, count and 31 buckets. One gauge.
  EXPECT_EQ(lines.size(), 4u * (1 + 9 + 2 + 31) + 1);
  EXPECT_THAT(lines, testing::Each(EndsWith(" 0")));
}

}  // namespace
}  // namespace emotion
