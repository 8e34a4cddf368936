#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "client/load/generator_watch.h"
#include "client/load/metrics_page.h"
#include "client/load/svg_chart.h"

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
  EXPECT_EQ(Bottlenecks(result, {0.5, 2, 0.5, {}}).size(), 2u);
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
