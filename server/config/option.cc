#include "server/config/option.h"

#include <charconv>

namespace emotion {

std::string VariableName(std::string_view option_name) {
  std::string name = "EMOTION_";
  for (const char c : option_name) {
    name += c == '-' ? '_' : static_cast<char>(c >= 'a' ? c - 'a' + 'A' : c);
  }
  return name;
}

std::optional<std::int64_t> ParseWholeNumber(const std::string& text,
                                             std::int64_t low,
                                             std::int64_t high) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  if (number < low || number > high) return std::nullopt;
  return number;
}

std::string RangeText(std::int64_t low, std::int64_t high) {
  return std::to_string(low) + " to " + std::to_string(high);
}

}  // namespace emotion
