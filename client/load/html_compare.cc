#include "client/load/html_compare.h"

#include <algorithm>
#include <set>
#include <vector>

#include "client/cli/style.h"
#include "client/load/html_page.h"
#include "client/load/result_charts.h"
#include "client/load/svg_text.h"
#include "client/load/units.h"

namespace emotion::load {
namespace {

using client::Fixed;

using Rows = std::vector<std::vector<std::string>>;

std::string Change(double before, double after) {
  if (before == 0) return "";
  const double percent = 100 * (after - before) / before;
  return (percent >= 0 ? "+" : "") + Fixed(percent, 1) + " %";
}

void AddTimes(const std::string& name, const HdrHistogram& before,
              const HdrHistogram& after, Rows& rows) {
  for (double percentile : kPercentiles) {
    const double one = Ms(before, percentile);
    const double two = Ms(after, percentile);
    rows.push_back({name + ' ' + PercentileName(percentile), TimeText(one),
                    TimeText(two), Change(one, two)});
  }
}

std::string Figures(const LoadResult& before, const LoadResult& after) {
  Rows rows = {{"", "before", "after", "change"}};
  const auto add = [&](const std::string& name, double one, double two,
                       int digits, const std::string& unit) {
    rows.push_back({name, Fixed(one, digits) + unit, Fixed(two, digits) + unit,
                    Change(one, two)});
  };
  add("answers per second", before.OkRate(), after.OkRate(), 1, "");
  add("good answers per second", before.GoodRate(), after.GoodRate(), 1, "");
  add("errors", 100 * before.counts.ErrorShare(),
      100 * after.counts.ErrorShare(), 2, " %");
  AddTimes("response", before.response, after.response, rows);
  AddTimes("service", before.service, after.service, rows);
  return HtmlTable(rows);
}

// Differences that may explain those of the figures.
std::string SettingsThatDiffer(const LoadResult& before,
                               const LoadResult& after) {
  std::set<std::string> names;
  for (const auto* result : {&before, &after}) {
    for (const auto& [name, value] : result->settings) names.insert(name);
  }
  const auto value = [](const LoadResult& result, const std::string& name) {
    const auto found = result.settings.find(name);
    return found == result.settings.end() ? std::string() : found->second;
  };
  Rows rows = {{"setting", "before", "after"}};
  for (const std::string& name : names) {
    const std::string one = value(before, name);
    const std::string two = value(after, name);
    if (one != two) rows.push_back({name, one, two});
  }
  if (rows.size() == 1) {
    return "<p class=\"soft\">Both ran with the same settings.</p>\n";
  }
  return "<h2>Settings that differ</h2>\n" + HtmlTable(rows, false);
}

std::vector<std::string> Warnings(const std::string& which,
                                  const LoadResult& result) {
  std::vector<std::string> warnings = result.generator.warnings;
  for (std::string& warning : warnings) warning.insert(0, which + ": ");
  return warnings;
}

}  // namespace

std::string CompareHtml(const LoadResult& before, const LoadResult& after) {
  return HtmlPage(
      "Load comparison",
      "<h1>Before and after</h1>\n<p class=\"soft\">" +
          EscapeHtml(before.started_at) + " and " +
          EscapeHtml(after.started_at) + "</p>\n" +
          HtmlWarnings(Warnings("before", before)) +
          HtmlWarnings(Warnings("after", after)) + Figures(before, after) +
          SettingsThatDiffer(before, after) +
          PercentileChart("Response time", {{"before", &before.response},
                                            {"after", &after.response}}) +
          PercentileChart("Service time", {{"before", &before.service},
                                           {"after", &after.service}}) +
          TailsChart(before, after));
}

}  // namespace emotion::load
