#include "server/metrics/rpc_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <chrono>
#include <iterator>
#include <string>

#include "tests/metrics/full_page.h"
#include "tests/metrics/page.h"

namespace emotion {
namespace {

using std::chrono_literals::operator""ms;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;

constexpr const MethodInfo& kClassify = kMethods[0];
constexpr const MethodInfo& kClassifyBatch = kMethods[1];
constexpr const MethodInfo& kGetModelInfo = kMethods[2];

const std::string kService =
    R"(grpc_service="emotion.v1.EmotionService",grpc_type="unary")";

TEST(RpcMetricsTest, AStartCountsAndOpensACall) {
  prometheus::Registry registry;
  RpcMetrics metrics(registry, kMethods);
  EXPECT_THAT(
      ChangedBy(registry, [&] { metrics.OnCallStarted(kClassify); }),
      ElementsAre("emotion_requests_in_flight 1",
                  R"(grpc_server_started_total{grpc_method="Classify",)" +
                      kService + "} 1"));
}

TEST(RpcMetricsTest, AnEndCountsItsCodeAndTimeAndClosesTheCall) {
  prometheus::Registry registry;
  RpcMetrics metrics(registry, kMethods);
  metrics.OnCallStarted(kClassifyBatch);
  const auto changed = ChangedBy(registry, [&] {
    metrics.OnCallHandled({.method = kClassifyBatch,
                           .code = StatusCode::kOk,
                           .duration = 250ms,
                           .request_id = "id"});
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
    RpcMetrics metrics(registry, kMethods);
    const auto changed = ChangedBy(registry, [&] {
      metrics.OnCallHandled({.method = kGetModelInfo,
                             .code = code,
                             .duration = 1ms,
                             .request_id = "id"});
    });
    EXPECT_THAT(changed, Contains("grpc_server_handled_total{grpc_code=\"" +
                                  name + R"(",grpc_method="GetModelInfo",)" +
                                  kService + "} 1"));
  }
}

TEST(RpcMetricsTest, AnUnknownMethodCountsAsOther) {
  prometheus::Registry registry;
  RpcMetrics metrics(registry, kMethods);
  const MethodInfo surprise{.path = "/emotion.v1.EmotionService/Surprise"};
  EXPECT_THAT(ChangedBy(registry, [&] { metrics.OnCallStarted(surprise); }),
              Contains(R"(grpc_server_started_total{grpc_method="other",)" +
                       kService + "} 1"));
}

TEST(RpcMetricsTest, EachServiceAndTypeHasItsOwnLabels) {
  constexpr MethodInfo methods[] = {
      {.path = "/a.v1.First/Get"},
      {.path = "/a.v1.Second/Get", .type = MethodType::kBidiStream},
      {.path = "/a.v1.Second/Read", .type = MethodType::kServerStream},
      {.path = "/a.v1.Second/Write", .type = MethodType::kClientStream},
  };
  const std::string labels[] = {
      R"({grpc_method="Get",grpc_service="a.v1.First",grpc_type="unary"})",
      R"({grpc_method="Get",grpc_service="a.v1.Second",)"
      R"(grpc_type="bidi_stream"})",
      R"({grpc_method="Read",grpc_service="a.v1.Second",)"
      R"(grpc_type="server_stream"})",
      R"({grpc_method="Write",grpc_service="a.v1.Second",)"
      R"(grpc_type="client_stream"})",
  };
  prometheus::Registry registry;
  RpcMetrics metrics(registry, methods);
  for (std::size_t i = 0; i < std::size(methods); ++i) {
    EXPECT_THAT(ChangedBy(registry, [&] { metrics.OnCallStarted(methods[i]); }),
                Contains("grpc_server_started_total" + labels[i] + " 1"));
  }
}

TEST(RpcMetricsTest, OtherIsCountedForEachService) {
  constexpr MethodInfo methods[] = {{.path = "/a.v1.First/Get"},
                                    {.path = "/a.v1.Second/Get"}};
  prometheus::Registry registry;
  RpcMetrics metrics(registry, methods);
  const MethodInfo unnamed{.path = "/a.v1.First/Put"};
  EXPECT_THAT(ChangedBy(registry, [&] { metrics.OnCallStarted(unnamed); }),
              Contains(R"(grpc_server_started_total{grpc_method="other",)"
                       R"(grpc_service="a.v1.First",grpc_type="unary"} 1)"));
}

TEST(RpcMetricsTest, ACallOfAnUnknownServiceOnlyShowsWhileItIsOpen) {
  prometheus::Registry registry;
  RpcMetrics metrics(registry, kMethods);
  const MethodInfo stranger{.path = "/a.v1.First/Get"};
  EXPECT_THAT(ChangedBy(registry, [&] { metrics.OnCallStarted(stranger); }),
              ElementsAre("emotion_requests_in_flight 1"));
  EXPECT_THAT(
      ChangedBy(registry, [&] { metrics.OnCallHandled({.method = stranger}); }),
      ElementsAre("emotion_requests_in_flight 0"));
}

TEST(RpcMetricsTest, EverySeriesStartsAtZero) {
  prometheus::Registry registry;
  const RpcMetrics metrics(registry, kMethods);
  const auto lines = Lines(registry, /*with_buckets=*/true);
  // 4 methods: started, 9 codes, time as sum, count and 31 buckets. One gauge.
  EXPECT_EQ(lines.size(), 4u * (1 + 9 + 2 + 31) + 1);
  EXPECT_THAT(lines, testing::Each(EndsWith(" 0")));
}

}  // namespace
}  // namespace emotion
