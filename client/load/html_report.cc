#include "client/load/html_report.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "client/cli/style.h"
#include "client/load/html_page.h"
#include "client/load/svg_chart.h"

namespace emotion::load {
namespace {

using client::Fixed;
using Points = std::vector<std::pair<double, double>>;

constexpr double kDrawn[] = {0,    25, 50,   75,   90,    95,
                             97.5, 99, 99.5, 99.9, 99.95, 99.99};

double Ms(std::uint64_t nanoseconds) {
  return static_cast<double>(nanoseconds) / 1e6;
}

std::string Time(double ms) { return Fixed(ms, ms < 10 ? 2 : 1) + " ms"; }

// Nines: 90 is 1, 99 is 2.
double Nines(double percentile) { return -std::log10(1 - percentile / 100); }

Series PercentileSeries(const std::string& name, const HdrHistogram& times,
                        int colour) {
  Series series{name, {}, colour};
  for (double percentile : kDrawn) {
    const double beyond =
        static_cast<double>(times.count()) * (1 - percentile / 100);
    if (beyond < 1) break;
    series.points.emplace_back(Nines(percentile),
                               Ms(times.ValueAt(percentile)));
  }
  return series;
}

std::string PercentileChart(const std::string& title,
                            std::vector<Series> series) {
  Chart chart{title, "percentile", "ms", std::move(series), true};
  chart.x_ticks = {{0, "0"}};
  for (double percentile : {50.0, 75.0, 90.0, 95.0, 99.0, 99.9, 99.99}) {
    chart.x_ticks.emplace_back(Nines(percentile),
                               PercentileName(percentile).substr(1));
  }
  return LineChart(chart);
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

std::string CurveChart(const LoadResult& result) {
  std::vector<CurvePoint> curve = result.curve;
  std::ranges::sort(curve, {}, &CurvePoint::offered_rate);
  Series p50{"p50", {}, 0};
  Series p99{"p99", {}, 1};
  Series missed{"objective missed", {}, 3, true};
  for (const CurvePoint& point : curve) {
    p50.points.emplace_back(point.offered_rate, point.response_p50);
    p99.points.emplace_back(point.offered_rate, point.response_p99);
    if (!point.met) missed.points.push_back(p99.points.back());
  }
  return LineChart({"Response time by offered rate",
                    "requests per second",
                    "ms",
                    {p50, p99, missed},
                    true});
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

std::string Interval95(const LoadResult& result, const std::string& name) {
  const auto found = result.intervals.find(name);
  if (found == result.intervals.end()) return "";
  return Fixed(std::max(0.0, found->second.low), 2) + " – " +
         Fixed(found->second.high, 2);
}

std::string TimesTable(const LoadResult& result) {
  std::vector<std::vector<std::string>> rows = {
      {"", "response", "95 % interval", "service", "95 % interval"}};
  for (double percentile : kPercentiles) {
    const std::string name = PercentileName(percentile);
    rows.push_back({name, Time(Ms(result.response.ValueAt(percentile))),
                    Interval95(result, "response." + name),
                    Time(Ms(result.service.ValueAt(percentile))),
                    Interval95(result, "service." + name)});
  }
  rows.push_back({"max", Time(Ms(result.response.max())), "",
                  Time(Ms(result.service.max())), ""});
  return "<h2>The two times</h2>\n<p class=\"soft\">Response time counts from "
         "the intended instant, service time from the real send.</p>\n" +
         HtmlTable(rows);
}

std::string Tiles(const LoadResult& result) {
  const RequestCounts& counts = result.counts;
  std::string html = "<div class=\"tiles\">\n";
  if (result.search) {
    html += HtmlTile(Fixed(result.search->rate, 1) + "/s",
                     "highest rate for " + result.search->objective);
  }
  html += HtmlTile(Fixed(result.OkRate(), 1) + "/s", "answers") +
          HtmlTile(Fixed(result.GoodRate(), 1) + "/s", "good answers") +
          HtmlTile(Time(Ms(result.response.ValueAt(50))), "response p50") +
          HtmlTile(Time(Ms(result.response.ValueAt(99))), "response p99") +
          HtmlTile(Fixed(100 * counts.ErrorShare(), 2) + " %", "errors") +
          HtmlTile(std::to_string(counts.late), "sent late");
  if (result.answers.compared > 0) {
    html += HtmlTile(Fixed(100 * static_cast<double>(result.answers.correct) /
                               static_cast<double>(result.answers.compared),
                           1) +
                         " %",
                     "accuracy");
  }
  if (result.answers.repeated > 0) {
    html += HtmlTile(std::to_string(result.answers.inconsistent),
                     "changed answers");
  }
  return html + "</div>\n";
}

std::string Details(const LoadResult& result) {
  std::string html;
  if (result.server) {
    std::vector<std::vector<std::string>> rows = {{"server", "figure"}};
    for (const auto& [name, value] : result.server->figures) {
      rows.push_back({name, ShortNumber(value)});
    }
    rows.push_back(
        {"metrics pages read", std::to_string(result.server->scrapes)});
    rows.push_back({"metrics pages not to be had",
                    std::to_string(result.server->failed_scrapes)});
    html += "<h2>The server's own figures</h2>\n" + HtmlTable(rows);
  }
  html +=
      "<h2>The generator</h2>\n" +
      HtmlTable(
          {{"", ""},
           {"CPU cores used", Fixed(result.generator.cpu_cores, 2) + " of " +
                                  Fixed(result.generator.cores_available, 0)},
           {"answer thread busy",
            Fixed(100 * result.generator.answer_thread_busy, 0) + " %"},
           {"schedule error p99", Time(Ms(result.schedule_error.ValueAt(99)))},
           {"schedule error max", Time(Ms(result.schedule_error.max()))},
           {"generators", std::to_string(result.generators)}});
  std::vector<std::vector<std::string>> rows = {{"setting", "value"}};
  for (const auto& [name, value] : result.settings) {
    rows.push_back({name, value});
  }
  return html + "<h2>Settings</h2>\n" + HtmlTable(rows);
}

std::string TimelineCharts(const LoadResult& result) {
  return LineChart(
             {"Times along the run",
              "seconds",
              "ms",
              {{"response p50", Along(result, &TimelineSlot::response_p50), 0},
               {"response p99", Along(result, &TimelineSlot::response_p99), 1},
               {"service p99", Along(result, &TimelineSlot::service_p99), 2}},
              true}) +
         LineChart({"Requests along the run",
                    "seconds",
                    "per second",
                    {{"sent", RateAlong(result, &TimelineSlot::sent), 0},
                     {"OK", RateAlong(result, &TimelineSlot::ok), 2},
                     {"errors", RateAlong(result, &TimelineSlot::errors), 3}}});
}

}  // namespace

std::string ToHtml(const LoadResult& result) {
  std::string body = "<h1>Load report</h1>\n<p class=\"soft\">" +
                     EscapeHtml(result.started_at) + " · " +
                     std::to_string(result.counts.sent) + " requests in " +
                     Fixed(result.seconds, 1) + " s after a warm-up of " +
                     Fixed(result.warmup_seconds, 1) + " s</p>\n";
  for (const std::string& warning : result.generator.warnings) {
    body += "<p class=\"warning\">" + EscapeHtml(warning) + "</p>\n";
  }
  body += Tiles(result);
  if (result.curve.size() > 1) body += CurveChart(result);
  body += PercentileChart("Percentiles of both times",
                          {PercentileSeries("response", result.response, 0),
                           PercentileSeries("service", result.service, 1)}) +
          TimelineCharts(result) + EndingsChart(result.counts) +
          TimesTable(result) + Details(result);
  return HtmlPage("Load report", body);
}

std::string CompareHtml(const LoadResult& before, const LoadResult& after) {
  std::vector<std::vector<std::string>> rows = {{"", "before", "after"}};
  const auto row = [&](const std::string& name, const std::string& one,
                       const std::string& two) {
    rows.push_back({name, one, two});
  };
  row("answers per second", Fixed(before.OkRate(), 1),
      Fixed(after.OkRate(), 1));
  row("good answers per second", Fixed(before.GoodRate(), 1),
      Fixed(after.GoodRate(), 1));
  row("errors", Fixed(100 * before.counts.ErrorShare(), 2) + " %",
      Fixed(100 * after.counts.ErrorShare(), 2) + " %");
  for (double percentile : kPercentiles) {
    row("response " + PercentileName(percentile),
        Time(Ms(before.response.ValueAt(percentile))),
        Time(Ms(after.response.ValueAt(percentile))));
  }
  return HtmlPage(
      "Load comparison",
      "<h1>Before and after</h1>\n<p class=\"soft\">" +
          EscapeHtml(before.started_at) + " and " +
          EscapeHtml(after.started_at) + "</p>\n" +
          PercentileChart("Response time",
                          {PercentileSeries("before", before.response, 0),
                           PercentileSeries("after", after.response, 1)}) +
          PercentileChart("Service time",
                          {PercentileSeries("before", before.service, 0),
                           PercentileSeries("after", after.service, 1)}) +
          LineChart({"Response p99 along the run",
                     "seconds",
                     "ms",
                     {{"before", Along(before, &TimelineSlot::response_p99), 0},
                      {"after", Along(after, &TimelineSlot::response_p99), 1}},
                     true}) +
          HtmlTable(rows));
}

}  // namespace emotion::load
