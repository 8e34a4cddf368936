#include "client/load/weighted_mix.h"

#include <algorithm>
#include <cmath>

#include "client/load/number_text.h"

namespace emotion::load {

Result<WeightedMix> WeightedMix::Parse(const std::string& option,
                                       std::string_view text,
                                       const std::string& expected,
                                       const ParseValue& parse) {
  const auto complaint = [&] {
    return Status(StatusCode::kInvalidArgument,
                  "is \"" + std::string(text) + "\": expected " + expected +
                      ", or VALUE:SHARE,... with shares that add up to 100%")
        .WithField(option);
  };
  const std::vector<std::string_view> parts = SplitAt(text, ',');
  WeightedMix mix;
  double total = 0;
  for (std::string_view part : parts) {
    const std::size_t colon = part.find(':');
    const auto value = parse(part.substr(0, colon));
    std::optional<double> share;
    if (colon != std::string_view::npos) {
      share = ParseShare(part.substr(colon + 1));
    } else if (parts.size() == 1) {
      share = 1;
    }
    if (!value || !share) return complaint();
    total += *share;
    mix.entries_.push_back({*value, total});
  }
  if (std::abs(total - 1) > 1e-6) return complaint();
  return mix;
}

double WeightedMix::Pick(double u) const {
  for (const Entry& entry : entries_) {
    if (u < entry.up_to) return entry.value;
  }
  return entries_.back().value;
}

double WeightedMix::Largest() const {
  return std::ranges::max(entries_, {}, &Entry::value).value;
}

}  // namespace emotion::load
