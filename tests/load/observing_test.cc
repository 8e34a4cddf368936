#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <thread>

#include "client/load/fetch_metrics.h"
#include "client/load/generator_watch.h"
#include "client/load/metrics_page.h"
#include "client/load/svg_chart.h"
#include "client/load/svg_text.h"

namespace emotion::load {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kBefore[] =
    "# HELP emotion_batches_total Batches.\n"
    "emotion_batches_total{reason=\"full\"} 10\n"
    "emotion_batches_total{reason=\"a } brace\"} 5\n"
    "emotion_batch_items_sum 60\nemotion_batch_items_count 15\n"
    "emotion_queue_items 3\n"
    "process_cpu_seconds_total 100.5\n"
    "broken\nbroken{ 3\nnot_a_number NaN\n";
constexpr char kAfter[] =
    "emotion_batches_total{reason=\"full\"} 40 1700000000\n"
    "emotion_batches_total{reason=\"a } brace\"} 5\n"
    "emotion_batch_items_sum 300\nemotion_batch_items_count 45\n"
    "emotion_queue_items 7\n"
    "process_cpu_seconds_total 118.5\n";

TEST(MetricsPageTest, AddsUpTheSeriesOfAName) {
  const MetricsPage page(kBefore);
  EXPECT_EQ(page.Sum("emotion_batches_total"), 15);
  EXPECT_EQ(page.Sum("emotion_queue_items"), 3);
  EXPECT_EQ(page.Sum("broken"), std::nullopt);
  EXPECT_EQ(page.Sum("not_a_number"), std::nullopt);
}

TEST(MetricsPageTest, TheServersFiguresAreThoseOfTheRun) {
  ServerWatch watch;
  const Clock::TimePoint start{};
  watch.Add(MetricsPage(kBefore), start);
  watch.AddFailure();
  watch.Add(MetricsPage(kAfter), start + seconds(10));
  const ServerView view = watch.View();
  EXPECT_EQ(view.scrapes, 2u);
  EXPECT_EQ(view.failed_scrapes, 1u);
  const std::map<std::string, double> expected = {{"batch_items_mean", 8},
                                                  {"batches_per_second", 3},
                                                  {"cpu_cores", 1.8},
                                                  {"queue_items_max", 7},
                                                  {"queue_items_mean", 5}};
  EXPECT_EQ(view.figures, expected);
}

TEST(MetricsPageTest, AServerWithoutMetricsHasNoFigures) {
  EXPECT_THAT(ServerWatch().View().figures, IsEmpty());
  EXPECT_EQ(FetchMetrics("nowhere", seconds(1)).status().code(),
            StatusCode::kInvalidArgument);
}

// Answers one request on a free loopback port with these bytes.
class OneReply {
 public:
  explicit OneReply(std::string reply)
      : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(listener_, generic, size), 0);
    EXPECT_EQ(listen(listener_, 1), 0);
    EXPECT_EQ(getsockname(listener_, generic, &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, reply = std::move(reply)] {
      const int fd = accept(listener_, nullptr, nullptr);
      std::array<char, 512> request{};
      EXPECT_GT(recv(fd, request.data(), request.size(), 0), 0);
      EXPECT_EQ(send(fd, reply.data(), reply.size(), MSG_NOSIGNAL),
                static_cast<ssize_t>(reply.size()));
      close(fd);
    });
  }
  ~OneReply() {
    thread_.join();
    close(listener_);
  }

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  int listener_;
  int port_ = 0;
  std::thread thread_;
};

TEST(MetricsPageTest, APageIsReadOverHttp) {
  const OneReply server("HTTP/1.1 200 OK\r\nA: b\r\n\r\nfigure 3\n");
  const auto page = FetchMetrics(server.address(), seconds(20));
  ASSERT_TRUE(page.ok()) << page.status().ToString();
  EXPECT_EQ(MetricsPage(*page).Sum("figure"), 3);
}

TEST(MetricsPageTest, WhatIsNoPageIsUnavailable) {
  for (const char* reply : {"HTTP/1.1 404 Not Found\r\n\r\nx 1\n", "nonsense",
                            "HTTP/1.1 200 OK\r\nno end"}) {
    const OneReply server(reply);
    EXPECT_EQ(FetchMetrics(server.address(), seconds(20)).status().code(),
              StatusCode::kUnavailable)
        << reply;
  }
}

TEST(GeneratorWatchTest, SaysWhenTheGeneratorIsTheBottleneck) {
  LoadResult result;
  result.counts.sent = 100;
  result.schedule_error.Record(50'000, 100);
  EXPECT_THAT(Bottlenecks(result, {0.5, 2, 0.5, {}}), IsEmpty());
  EXPECT_THAT(Bottlenecks(result, {0.5, 2, 0.95, {}}),
              ElementsAre("the answer thread was 95 % busy: use --threads"));
  EXPECT_THAT(Bottlenecks(result, {1.9, 2, 0.5, {}}),
              ElementsAre("the generator took 1.9 of 2 cores"));
  result.schedule_error.Record(5'000'000, 10);
  result.counts.late = 10;
  result.curve = {{50, 50, 1, 2, 1, 0, true, 0.06}, {90, 90, 1, 2, 1, 0, true}};
  const auto warnings = Bottlenecks(result, {0.5, 2, 0.5, {}});
  ASSERT_EQ(warnings.size(), 3u);
  EXPECT_EQ(warnings[2],
            "in 1 of 2 trials more than 5 % of all sends were late");
}

TEST(SvgChartTest, TicksAreRoundNumbers) {
  EXPECT_THAT(RoundTicks(0, 100, 5), ElementsAre(0, 20, 40, 60, 80, 100));
  EXPECT_THAT(RoundTicks(3, 3, 5), ElementsAre(3));
  EXPECT_FALSE(std::signbit(RoundTicks(0, 8, 8).front())) << "no -0";
  EXPECT_THAT(LogTicks(1, 10), ElementsAre(1, 2, 5, 10));
  EXPECT_THAT(LogTicks(1, 1000), ElementsAre(1, 10, 100, 1000));
}

TEST(SvgChartTest, NumbersAreShort) {
  EXPECT_EQ(ShortNumber(1250), "1250");
  EXPECT_EQ(ShortNumber(0.25), "0.25");
  EXPECT_EQ(ShortNumber(12.34), "12.3");
  EXPECT_EQ(ShortNumber(20), "20");
  EXPECT_EQ(ShortNumber(0), "0");
}

TEST(SvgChartTest, AChartWithoutPointsIsLeftOut) {
  EXPECT_EQ(LineChart({"t", "x", "y", {{"empty", {}}}}), "");
  EXPECT_NE(LineChart({"t", "x", "y", {{"one", {{1, 1}}}}}), "");
  EXPECT_NE(LineChart({"t", "x", "y", {{"zero", {{1, 0}}}}, true}), "");
}

}  // namespace
}  // namespace emotion::load
