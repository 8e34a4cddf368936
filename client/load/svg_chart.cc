#include "client/load/svg_chart.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "client/cli/style.h"
#include "client/load/svg_text.h"

namespace emotion::load {
namespace {

constexpr double kWidth = 760;
constexpr double kHeight = 300;
constexpr double kLeft = 64;
constexpr double kRight = 28;
constexpr double kTop = 30;
constexpr double kBottom = 44;
// The mean width of a letter in the legend.
constexpr double kCharacter = 6.4;
constexpr std::size_t kMostMarks = 60;

std::string Px(double number) { return client::Fixed(number, 1); }

struct Range {
  double low = std::numeric_limits<double>::max();
  double high = std::numeric_limits<double>::lowest();

  void Hold(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  bool empty() const { return low > high; }
  double Part(double value) const {
    return high > low ? std::clamp((value - low) / (high - low), 0.0, 1.0)
                      : 0.5;
  }
};

class Plot {
 public:
  explicit Plot(const Chart& chart) : chart_(chart) {
    for (const Series& series : chart.series) {
      for (const auto& [x, y] : series.points) {
        x_.Hold(x);
        if (!chart.log_y || y > 0) y_.Hold(Up(y));
      }
    }
    if (y_.empty()) y_.Hold(0);
    if (chart.log_y) {
      y_.Hold(std::floor(y_.low * 10) / 10);
      y_.Hold(y_.high + 0.1);
    } else {
      y_.Hold(0);
      y_.Hold(y_.high > 0 ? y_.high * 1.05 : 1);
    }
  }

  bool empty() const { return x_.empty(); }

  std::string Draw() const {
    std::string svg = "<figure><figcaption>" + EscapeHtml(chart_.title) +
                      "</figcaption><svg viewBox=\"0 0 " + Px(kWidth) + ' ' +
                      Px(kHeight) + "\" role=\"img\" aria-label=\"" +
                      EscapeHtml(chart_.title) + "\">\n";
    svg += Axes() + Legend();
    for (const Series& series : chart_.series) svg += Line(series);
    return svg + "</svg></figure>\n";
  }

 private:
  double Up(double y) const {
    if (!chart_.log_y) return y;
    return y > 0 ? std::log10(y) : y_.low;
  }
  double X(double x) const {
    return kLeft + x_.Part(x) * (kWidth - kLeft - kRight);
  }
  double Y(double y) const {
    return kHeight - kBottom - y_.Part(Up(y)) * (kHeight - kTop - kBottom);
  }

  static std::string Text(double x, double y, const std::string& anchor,
                          const std::string& text) {
    return "<text x=\"" + Px(x) + "\" y=\"" + Px(y) + "\" text-anchor=\"" +
           anchor + "\">" + EscapeHtml(text) + "</text>\n";
  }

  std::string Axes() const {
    std::string svg;
    const std::vector<double> ticks =
        chart_.log_y ? LogTicks(std::pow(10, y_.low), std::pow(10, y_.high))
                     : RoundTicks(y_.low, y_.high, 5);
    for (double tick : ticks) {
      const std::string y = Px(Y(tick));
      svg.append("<line class=\"grid\" x1=\"").append(Px(kLeft));
      svg.append("\" x2=\"").append(Px(kWidth - kRight));
      svg.append("\" y1=\"").append(y).append("\" y2=\"").append(y);
      svg.append("\"/>\n");
      svg += Text(kLeft - 8, Y(tick) + 4, "end", ShortNumber(tick));
    }
    auto names = chart_.x_ticks;
    if (names.empty()) {
      for (double tick : RoundTicks(x_.low, x_.high, 8)) {
        names.emplace_back(tick, ShortNumber(tick));
      }
    }
    for (const auto& [at, name] : names) {
      if (at < x_.low || at > x_.high) continue;
      svg += Text(X(at), kHeight - kBottom + 18, "middle", name);
    }
    const double floor = kHeight - kBottom;
    svg += "<line class=\"axis\" x1=\"" + Px(kLeft) + "\" x2=\"" +
           Px(kWidth - kRight) + "\" y1=\"" + Px(floor) + "\" y2=\"" +
           Px(floor) + "\"/>\n";
    return svg +
           Text((kLeft + kWidth - kRight) / 2, kHeight - 8, "middle",
                chart_.x_label) +
           Text(kLeft, kTop - 14, "start", chart_.y_label);
  }

  std::string Legend() const {
    std::string svg;
    double x = kWidth - kRight;
    std::size_t shown = 0;
    for (auto each = chart_.series.rbegin(); each != chart_.series.rend();
         ++each) {
      if (each->points.empty()) continue;
      ++shown;
      x -= kCharacter * static_cast<double>(each->name.size()) + 30;
      svg += "<rect class=\"c" + std::to_string(each->colour) + " fill\" x=\"" +
             Px(x) + "\" y=\"7\" width=\"10\" height=\"10\" rx=\"2\"/>\n" +
             Text(x + 15, kTop - 14, "start", each->name);
    }
    return shown < 2 ? "" : svg;
  }

  std::string Line(const Series& series) const {
    if (series.points.empty()) return "";
    const std::string colour = "c" + std::to_string(series.colour);
    std::string svg;
    if (!series.dots) {
      svg += "<polyline class=\"" + colour + " line" +
             (series.dashed ? " dashed" : "") + "\" points=\"";
      for (const auto& [x, y] : series.points) {
        svg += Px(X(x)) + ',' + Px(Y(y)) + ' ';
      }
      svg += "\"/>\n";
    }
    if (series.dashed) return svg;
    if (!series.dots && series.points.size() > kMostMarks) return svg;
    for (const auto& [x, y] : series.points) {
      svg += "<circle class=\"" + colour + " fill\" cx=\"" + Px(X(x)) +
             "\" cy=\"" + Px(Y(y)) + "\" r=\"" + (series.dots ? "4" : "2.5") +
             "\"><title>" + EscapeHtml(series.name) + ": " + ShortNumber(y) +
             "</title></circle>\n";
    }
    return svg;
  }

  const Chart& chart_;
  Range x_;
  Range y_;
};

}  // namespace

std::string LineChart(const Chart& chart) {
  const Plot plot(chart);
  return plot.empty() ? "" : plot.Draw();
}

std::string BarChart(const std::string& title, const std::vector<Bar>& bars) {
  constexpr double kNames = 190;
  constexpr double kRow = 26;
  double most = 0;
  for (const Bar& bar : bars) most = std::max(most, bar.value);
  const double height = kRow * static_cast<double>(bars.size()) + 8;
  std::string svg = "<figure><figcaption>" + EscapeHtml(title) +
                    "</figcaption><svg viewBox=\"0 0 " + Px(kWidth) + ' ' +
                    Px(height) + "\" role=\"img\" aria-label=\"" +
                    EscapeHtml(title) + "\">\n";
  double y = 4;
  for (const Bar& bar : bars) {
    const double part = most > 0 ? bar.value / most : 0;
    const double width =
        bar.value > 0 ? std::max(3.0, part * (kWidth - kNames - 90)) : 0;
    svg += "<text x=\"" + Px(kNames - 10) + "\" y=\"" + Px(y + 16) +
           "\" text-anchor=\"end\">" + EscapeHtml(bar.name) + "</text>\n" +
           "<rect class=\"c" + std::to_string(bar.colour) + " fill\" x=\"" +
           Px(kNames) + "\" y=\"" + Px(y + 3) + "\" width=\"" + Px(width) +
           "\" height=\"" + Px(kRow - 8) + "\" rx=\"3\"/>\n" + "<text x=\"" +
           Px(kNames + width + 8) + "\" y=\"" + Px(y + 16) + "\">" +
           ShortNumber(bar.value) + "</text>\n";
    y += kRow;
  }
  return svg + "</svg></figure>\n";
}

}  // namespace emotion::load
