#pragma once

#include <chrono>
#include <initializer_list>
#include <ratio>
#include <string>
#include <string_view>
#include <type_traits>

#include "common/status.h"

namespace emotion {

// Checks of an Options struct, so that all libraries refuse a value in the same
// words.

// The values that an option may have, both ends included: an integer or a
// duration. It stands beside the option in its struct, and the struct's
// validation, the flag and the tests read it from there.
//
//   static constexpr OptionRange<std::size_t> kWorkers{.low = 1, .high = 256};
//   std::size_t workers = 1;
template <typename T>
struct OptionRange {
  T low;
  T high;

  constexpr bool Contains(T value) const {
    return low <= value && value <= high;
  }
};

// OK if low <= value <= high. Otherwise INVALID_ARGUMENT with the name of the
// option as its field and, as its message, "is 0; expected 1 to 256". `unit`
// follows the numbers: "is -1 us; expected 0 to 1000000 us".
template <typename Integer>
Status CheckRange(std::string_view option, Integer value,
                  std::type_identity_t<Integer> low,
                  std::type_identity_t<Integer> high,
                  std::string_view unit = "") {
  static_assert(std::is_integral_v<Integer>);
  if (value >= low && value <= high) return Status();
  const std::string tail = unit.empty() ? "" : " " + std::string(unit);
  return Status(StatusCode::kInvalidArgument,
                "is " + std::to_string(value) + tail + "; expected " +
                    std::to_string(low) + " to " + std::to_string(high) + tail)
      .WithField(std::string(option));
}

// The same for a range, with a duration's own unit.
template <typename Integer>
Status CheckRange(std::string_view option, std::type_identity_t<Integer> value,
                  const OptionRange<Integer>& range) {
  return CheckRange(option, value, range.low, range.high);
}
template <typename Ticks, typename Period>
Status CheckRange(
    std::string_view option,
    std::type_identity_t<std::chrono::duration<Ticks, Period>> value,
    const OptionRange<std::chrono::duration<Ticks, Period>>& range) {
  constexpr bool kIsMicro = std::is_same_v<Period, std::micro>;
  constexpr bool kIsMilli = std::is_same_v<Period, std::milli>;
  static_assert(kIsMicro || kIsMilli || std::is_same_v<Period, std::ratio<1>>);
  return CheckRange(option, value.count(), range.low.count(),
                    range.high.count(),
                    kIsMicro   ? "us"
                    : kIsMilli ? "ms"
                               : "s");
}

// The first of `checks` that is not OK; OK if there is none.
Status FirstFailure(std::initializer_list<Status> checks);

}  // namespace emotion
