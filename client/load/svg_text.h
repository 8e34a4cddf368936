#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace emotion::load {

// The numbers and texts of charts and pages. Pure functions.

// Round numbers that divide [low, high] into about `count` parts.
std::vector<double> RoundTicks(double low, double high, std::size_t count);
// 1, 2, 5 times powers of ten in [low, high], or powers of ten alone if the
// range is wide. REQUIRES: 0 < low < high.
std::vector<double> LogTicks(double low, double high);

// Text with what HTML would take for markup replaced.
std::string EscapeHtml(std::string_view text);

// "1250", "0.25", "1.3": at most three digits after the point, none in vain.
std::string ShortNumber(double number);

}  // namespace emotion::load
