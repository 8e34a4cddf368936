#include "client/load/svg_text.h"

#include <cmath>

#include "client/cli/style.h"

namespace emotion::load {

std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string ShortNumber(double number) {
  const double size = std::abs(number);
  std::string text = client::Fixed(number, size >= 100  ? 0
                                           : size >= 10 ? 1
                                                        : 3);
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::vector<double> RoundTicks(double low, double high, std::size_t count) {
  if (!(high > low)) return {low};
  const double rough = (high - low) / static_cast<double>(count);
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = power * 10;
  for (double factor : {1.0, 2.0, 5.0}) {
    if (power * factor >= rough * 0.999) {
      step = power * factor;
      break;
    }
  }
  std::vector<double> ticks;
  const double first = std::ceil(low / step - 1e-9);
  for (double i = first; i * step <= high + step * 1e-9; ++i) {
    ticks.push_back(i * step + 0.0);
  }
  return ticks;
}

std::vector<double> LogTicks(double low, double high) {
  const bool wide = std::log10(high / low) > 2.5;
  std::vector<double> ticks;
  for (double power = std::floor(std::log10(low));
       power <= std::ceil(std::log10(high)); ++power) {
    for (double factor : {1.0, 2.0, 5.0}) {
      if (wide && factor > 1) continue;
      const double tick = factor * std::pow(10, power);
      if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push_back(tick);
    }
  }
  return ticks;
}

}  // namespace emotion::load
