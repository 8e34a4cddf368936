#include "client/load/result_charts.h"

#include <algorithm>
#include <cmath>

#include "client/load/svg_chart.h"
#include "client/load/svg_text.h"
#include "client/load/units.h"

namespace emotion::load {
namespace {

using Points = std::vector<std::pair<double, double>>;

constexpr char kLogMs[] = "ms, log scale";
constexpr double kDrawn[] = {0,    25, 50,   75,   90,    95,
                             97.5, 99, 99.5, 99.9, 99.95, 99.99};
// Rates this close are one rate on the curve.
constexpr double kSameRate = 1.02;

// Nines: 90 is 1, 99 is 2.
double Nines(double percentile) { return -std::log10(1 - percentile / 100); }

Points PercentilePoints(const HdrHistogram& times) {
  Points points;
  for (double percentile : kDrawn) {
    const double beyond =
        static_cast<double>(times.count()) * (1 - percentile / 100);
    if (beyond < 1) break;
    points.emplace_back(Nines(percentile), Ms(times, percentile));
  }
  return points;
}

Points Along(const LoadResult& result, double TimelineSlot::*figure) {
  Points points;
  for (const TimelineSlot& slot : result.timeline) {
    if (slot.sent > 0) points.emplace_back(slot.at_seconds, slot.*figure);
  }
  return points;
}

Points RateAlong(const LoadResult& result,
                 std::uint64_t TimelineSlot::*figure) {
  Points points;
  for (const TimelineSlot& slot : result.timeline) {
    points.emplace_back(slot.at_seconds,
                        static_cast<double>(slot.*figure) / slot.seconds);
  }
  return points;
}

double Median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// REQUIRES: ascending by offered_rate.
Points Medians(const std::vector<CurvePoint>& curve,
               double CurvePoint::*figure) {
  Points points;
  for (auto each = curve.begin(); each != curve.end();) {
    const double rate = each->offered_rate;
    std::vector<double> values;
    for (; each != curve.end() && each->offered_rate <= rate * kSameRate;
         ++each) {
      values.push_back((*each).*figure);
    }
    points.emplace_back(rate, Median(std::move(values)));
  }
  return points;
}

}  // namespace

std::string PercentileChart(
    const std::string& title,
    const std::vector<std::pair<std::string, const HdrHistogram*>>& times) {
  Chart chart{title, "percentile", kLogMs, {}, true};
  for (const auto& [name, histogram] : times) {
    const int place = static_cast<int>(chart.series.size());
    chart.series.push_back({.name = name,
                            .points = PercentilePoints(*histogram),
                            .colour = place,
                            .dashed = place == 1});
  }
  chart.x_ticks = {{0, "0"}};
  for (double percentile : {50.0, 75.0, 90.0, 95.0, 99.0, 99.9, 99.99}) {
    chart.x_ticks.emplace_back(Nines(percentile),
                               PercentileName(percentile).substr(1));
  }
  return LineChart(chart);
}

std::string TimelineCharts(const LoadResult& result) {
  const Series service{.name = "service p99",
                       .points = Along(result, &TimelineSlot::service_p99),
                       .colour = 2,
                       .dashed = true};
  return LineChart(
             {"Times along the run",
              "seconds",
              kLogMs,
              {{"response p50", Along(result, &TimelineSlot::response_p50), 0},
               {"response p99", Along(result, &TimelineSlot::response_p99), 1},
               service},
              true}) +
         LineChart({"Requests along the run",
                    "seconds",
                    "per second",
                    {{"sent", RateAlong(result, &TimelineSlot::sent), 0},
                     {"OK", RateAlong(result, &TimelineSlot::ok), 2},
                     {"errors", RateAlong(result, &TimelineSlot::errors), 3}}});
}

std::string TailsChart(const LoadResult& before, const LoadResult& after) {
  return LineChart({"Response p99 along the run",
                    "seconds",
                    kLogMs,
                    {{"before", Along(before, &TimelineSlot::response_p99), 0},
                     {"after", Along(after, &TimelineSlot::response_p99), 1}},
                    true});
}

std::string CurveChart(const LoadResult& result) {
  if (result.curve.size() < 2) return "";
  std::vector<CurvePoint> curve = result.curve;
  std::ranges::sort(curve, {}, &CurvePoint::offered_rate);
  Chart chart{"Response time by offered rate",
              "requests per second, offered",
              kLogMs,
              {{"p50", Medians(curve, &CurvePoint::response_p50), 0},
               {"p99", Medians(curve, &CurvePoint::response_p99), 1}},
              true};
  Series met{.name = "p99 of a trial", .colour = 1, .dots = true};
  Series missed{.name = "objective missed", .colour = 3, .dots = true};
  for (const CurvePoint& point : curve) {
    (point.met ? met : missed)
        .points.emplace_back(point.offered_rate, point.response_p99);
  }
  if (result.search && result.search->rate > 0) {
    const double rate = result.search->rate;
    const double low =
        std::ranges::min(curve, {}, &CurvePoint::response_p50).response_p50;
    const double high =
        std::ranges::max(curve, {}, &CurvePoint::response_p99).response_p99;
    chart.series.push_back({.name = "highest rate: " + ShortNumber(rate) + "/s",
                            .points = {{rate, low}, {rate, high}},
                            .colour = 2,
                            .dashed = true});
  }
  chart.series.push_back(std::move(met));
  chart.series.push_back(std::move(missed));
  return LineChart(chart);
}

std::string EndingsChart(const RequestCounts& counts) {
  std::vector<Bar> bars = {{"good", static_cast<double>(counts.good), 2},
                           {"OK, too late to be good",
                            static_cast<double>(counts.ok - counts.good), 1}};
  if (counts.cancelled > 0) {
    bars.push_back(
        {"cancelled on purpose", static_cast<double>(counts.cancelled), 0});
  }
  for (const auto& [code, count] : counts.errors) {
    bars.push_back({code, static_cast<double>(count), 3});
  }
  return BarChart("How requests ended", bars);
}

}  // namespace emotion::load
