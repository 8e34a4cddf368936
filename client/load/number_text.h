#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace emotion::load {

// Numbers as people write them in options, in every locale. Pure functions.

// "12", "0.5", "1e3"; nothing unless the whole text is one finite number.
std::optional<double> ParseNumber(std::string_view text);

// "50ms", "1.5s", "200us", "2m"; nothing without a unit, and nothing below 0
// or above a day.
std::optional<std::chrono::nanoseconds> ParseTime(std::string_view text);

// "0.1%" is 0.001, and so is "0.001"; nothing outside 0 to 1.
std::optional<double> ParseShare(std::string_view text);

// The shortest text that ParseNumber reads back as the same number, without an
// exponent: "100000", "0.25".
std::string NumberText(double number);

// The parts between separators; one empty part if `text` is empty.
std::vector<std::string_view> SplitAt(std::string_view text, char separator);

}  // namespace emotion::load
