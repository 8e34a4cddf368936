#pragma once

#include <string>
#include <utility>
#include <vector>

namespace emotion::load {

// Small charts as SVG elements to stand inside an HTML page. Colours come from
// the page's classes c0, c1, c2, c3. Pure functions.

struct Series {
  std::string name;
  std::vector<std::pair<double, double>> points{};
  // Of the class, 0 to 3.
  int colour = 0;
  // Points only, without a line.
  bool dots = false;
  // Broken, without points: a line of which another may lie under it.
  bool dashed = false;
};

struct Chart {
  std::string title;
  std::string x_label;
  std::string y_label;
  std::vector<Series> series;
  // Values of 0 and below are drawn at the lower edge.
  bool log_y = false;
  // Where the x axis is named, instead of round numbers.
  std::vector<std::pair<double, std::string>> x_ticks{};
};

// Lines over a common pair of axes, with a legend above if there are several.
// Empty if no series has a point.
std::string LineChart(const Chart& chart);

struct Bar {
  std::string name;
  double value = 0;
  int colour = 0;
};

// Horizontal bars with their values beside; `title` as in Chart. A bar above 0
// is never too short to be seen.
std::string BarChart(const std::string& title, const std::vector<Bar>& bars);

}  // namespace emotion::load
