#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/option_range.h"
#include "server/config/config.h"

namespace emotion {

// One thing an operator can set. The flag, the environment variable, the YAML
// key, the help and the printed configuration all come from this. Immutable
// once made; thread-safe.
struct Option {
  // "max-batch-items": the flag is "--" and this, the YAML key is this.
  std::string name;
  // What kind of value, in one word: "N", "HOST:PORT".
  std::string value_name;
  // One line, no full stop.
  std::string help;
  // What a value must look like, to follow "expected": "1 to 65536".
  std::string expected;

  // Writes the value into its place, or returns false and changes nothing if it
  // is not as `expected` says.
  std::function<bool(Config&, const std::string&)> set;
  // The value in its place, as `set` would read it.
  std::function<std::string(const Config&)> get;
};

// "EMOTION_MAX_BATCH_ITEMS" for "max-batch-items".
std::string VariableName(std::string_view option_name);

// The number that all of `text` is, in decimal digits, if it lies within the
// range.
std::optional<std::int64_t> ParseWholeNumber(const std::string& text,
                                             std::int64_t low,
                                             std::int64_t high);

// "low to high".
std::string RangeText(std::int64_t low, std::int64_t high);

// Makers of options. `place` is a generic lambda that returns a reference into
// the configuration: [](auto& config) -> auto& { return config.a.b; }.

// For an integer or a duration; `unit` is the duration's tick in letters.
template <typename Place>
Option WholeNumberOption(std::string name, std::string unit, std::string help,
                         std::int64_t low, std::int64_t high, Place place) {
  const auto set = [=](Config& config, const std::string& text) {
    const auto number = ParseWholeNumber(text, low, high);
    if (!number) return false;
    auto& target = place(config);
    if constexpr (requires { target.count(); }) {
      target = std::remove_reference_t<decltype(target)>(*number);
    } else {
      target = static_cast<std::remove_reference_t<decltype(target)>>(*number);
    }
    return true;
  };
  const auto get = [=](const Config& config) {
    const auto& source = place(config);
    if constexpr (requires { source.count(); }) {
      return std::to_string(source.count());
    } else {
      return std::to_string(source);
    }
  };
  return {std::move(name),
          std::move(unit),
          std::move(help),
          RangeText(low, high),
          set,
          get};
}

// The same for an option whose library declares its range.
template <typename T, typename Place>
Option WholeNumberOption(std::string name, std::string unit, std::string help,
                         const OptionRange<T>& range, Place place) {
  const auto number = [](const T& value) {
    if constexpr (requires { value.count(); }) {
      return static_cast<std::int64_t>(value.count());
    } else {
      return static_cast<std::int64_t>(value);
    }
  };
  return WholeNumberOption(std::move(name), std::move(unit), std::move(help),
                           number(range.low), number(range.high), place);
}

// For a string or a path that `is_valid` accepts.
template <typename Place>
Option TextOption(std::string name, std::string value_name, std::string help,
                  std::string expected,
                  const std::function<bool(const std::string&)>& is_valid,
                  Place place) {
  const auto set = [=](Config& config, const std::string& text) {
    if (!is_valid(text)) return false;
    place(config) = text;
    return true;
  };
  const auto get = [=](const Config& config) -> std::string {
    return place(config);
  };
  return {std::move(name),
          std::move(value_name),
          std::move(help),
          std::move(expected),
          set,
          get};
}

// For "true" or "false".
template <typename Place>
Option BooleanOption(std::string name, std::string help, Place place) {
  const auto set = [=](Config& config, const std::string& text) {
    if (text != "true" && text != "false") return false;
    place(config) = text == "true";
    return true;
  };
  const auto get = [=](const Config& config) -> std::string {
    return place(config) ? "true" : "false";
  };
  return {std::move(name), "BOOL", std::move(help), "true or false", set, get};
}

}  // namespace emotion
