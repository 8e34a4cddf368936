#include "client/load/number_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace emotion::load {

std::optional<double> ParseNumber(std::string_view text) {
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() ||
      !std::isfinite(number)) {
    return std::nullopt;
  }
  return number;
}

std::optional<std::chrono::nanoseconds> ParseTime(std::string_view text) {
  using Unit = std::pair<std::string_view, double>;
  static constexpr std::array<Unit, 5> kUnits = {
      {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}}};
  for (const auto& [name, nanoseconds] : kUnits) {
    if (!text.ends_with(name)) continue;
    const auto number = ParseNumber(text.substr(0, text.size() - name.size()));
    if (!number) continue;
    const double total = *number * nanoseconds;
    if (total < 0 || total > 86400e9) return std::nullopt;
    return std::chrono::nanoseconds(std::llround(total));
  }
  return std::nullopt;
}

std::optional<double> ParseShare(std::string_view text) {
  const bool percent = text.ends_with('%');
  if (percent) text.remove_suffix(1);
  auto number = ParseNumber(text);
  if (!number) return std::nullopt;
  if (percent) *number /= 100;
  if (*number < 0 || *number > 1) return std::nullopt;
  return number;
}

std::string NumberText(double number) {
  // The greatest double has 309 digits.
  std::array<char, 400> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                                 number, std::chars_format::fixed)
                       .ptr;
  return {buffer.data(), end};
}

std::vector<std::string_view> SplitAt(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

}  // namespace emotion::load
