#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace emotion::load {

// Several values and how often each comes: "1:90%,8:10%", or one value alone.
// A value type; pure.
class WeightedMix {
 public:
  using ParseValue = std::function<std::optional<double>(std::string_view)>;

  // All of one value.
  explicit WeightedMix(double value) : entries_{{value, 1}} {}

  // Shares are percentages or parts of 1 and must add up to 1. INVALID_ARGUMENT
  // has `option` as its field and says that `expected` values were expected.
  static Result<WeightedMix> Parse(const std::string& option,
                                   std::string_view text,
                                   const std::string& expected,
                                   const ParseValue& parse);

  // The value at `u`, drawn evenly from [0, 1).
  double Pick(double u) const;

  double Largest() const;

 private:
  struct Entry {
    double value;
    // This entry's share and all before it.
    double up_to;
  };

  WeightedMix() = default;

  std::vector<Entry> entries_;
};

}  // namespace emotion::load
