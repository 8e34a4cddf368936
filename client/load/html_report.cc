#include "client/load/html_report.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "client/cli/style.h"
#include "client/load/html_page.h"
#include "client/load/result_charts.h"
#include "client/load/svg_text.h"
#include "client/load/units.h"

namespace emotion::load {
namespace {

using client::Fixed;

std::string Interval95(const LoadResult& result, const std::string& name) {
  const auto found = result.intervals.find(name);
  if (found == result.intervals.end()) return "";
  return Fixed(std::max(0.0, found->second.low), 2) + " – " +
         Fixed(found->second.high, 2);
}

std::string TimesTable(const LoadResult& result) {
  std::vector<std::vector<std::string>> rows = {
      {"", "response", "95 % interval, ms", "service", "95 % interval, ms"}};
  for (double percentile : kPercentiles) {
    const std::string name = PercentileName(percentile);
    rows.push_back({name, TimeText(Ms(result.response, percentile)),
                    Interval95(result, "response." + name),
                    TimeText(Ms(result.service, percentile)),
                    Interval95(result, "service." + name)});
  }
  rows.push_back({"max", TimeText(Ms(result.response.max())), "",
                  TimeText(Ms(result.service.max())), ""});
  return "<h2>The two times</h2>\n<p class=\"soft\">Response time counts from "
         "the intended instant, service time from the real send.</p>\n" +
         HtmlTable(rows);
}

std::string Priorities(const LoadResult& result) {
  if (result.priorities.empty()) return "";
  std::vector<std::pair<std::string, const HdrHistogram*>> times;
  std::vector<std::vector<std::string>> rows = {
      {"", "sent", "OK", "errors", "response p50", "p99", "p99.9", "max"}};
  for (const auto& [name, outcome] : result.priorities) {
    times.emplace_back(name, &outcome.response);
    rows.push_back({name, std::to_string(outcome.counts.sent),
                    std::to_string(outcome.counts.ok),
                    std::to_string(outcome.counts.ErrorCount()),
                    TimeText(Ms(outcome.response, 50)),
                    TimeText(Ms(outcome.response, 99)),
                    TimeText(Ms(outcome.response, 99.9)),
                    TimeText(Ms(outcome.response.max()))});
  }
  return "<h2>Priorities</h2>\n" + HtmlTable(rows) +
         PercentileChart("Response time by priority", times);
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
          HtmlTile(TimeText(Ms(result.response, 50)), "response p50") +
          HtmlTile(TimeText(Ms(result.response, 99)), "response p99") +
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
           {"schedule error p99", TimeText(Ms(result.schedule_error, 99))},
           {"schedule error max", TimeText(Ms(result.schedule_error.max()))},
           {"generators", std::to_string(result.generators)}});
  std::vector<std::vector<std::string>> rows = {{"setting", "value"}};
  for (const auto& [name, value] : result.settings) {
    rows.push_back({name, value});
  }
  return html + "<h2>Settings</h2>\n" + HtmlTable(rows, false);
}

}  // namespace

std::string ToHtml(const LoadResult& result) {
  std::string body = "<h1>Load report</h1>\n<p class=\"soft\">" +
                     EscapeHtml(result.started_at) + " · " +
                     std::to_string(result.counts.sent) + " requests in " +
                     Fixed(result.seconds, 1) + " s after a warm-up of " +
                     Fixed(result.warmup_seconds, 1) +
                     (result.warmup_steady ? " s, steady" : " s, not steady") +
                     "</p>\n";
  body += HtmlWarnings(result.generator.warnings) + Tiles(result) +
          CurveChart(result) +
          PercentileChart(
              "Percentiles of both times",
              {{"response", &result.response}, {"service", &result.service}}) +
          TimelineCharts(result) + EndingsChart(result.counts) +
          TimesTable(result) + Priorities(result) + Details(result);
  return HtmlPage("Load report", body);
}

}  // namespace emotion::load
