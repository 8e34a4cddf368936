#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

#include "common/status.h"

namespace emotion {

// Checks of an Options struct, so that all libraries refuse a value in the same
// words.

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

// The first of `checks` that is not OK; OK if there is none.
Status FirstFailure(std::initializer_list<Status> checks);

}  // namespace emotion
