#include "client/load/objective.h"

#include <algorithm>

#include "client/load/number_text.h"

namespace emotion::load {

std::optional<Objective::Part> Objective::ParsePart(std::string_view text) {
  const std::size_t sign = text.find_first_of("<>");
  if (sign == std::string_view::npos) return std::nullopt;
  std::string_view name = text.substr(0, sign);
  const std::string_view limit = text.substr(sign + 1);
  const auto set = [](auto& target, const auto& parsed) {
    if (parsed) target = static_cast<double>(*parsed);
    return parsed.has_value();
  };
  Part part;
  if ((text[sign] == '>') != (name == "rate")) return std::nullopt;
  if (name == "rate") {
    part.figure = Figure::kRate;
    if (!set(part.limit, ParseNumber(limit))) return std::nullopt;
    return part;
  }
  if (name == "errors" || name == "late") {
    part.figure = name == "late" ? Figure::kLate : Figure::kErrors;
    if (!set(part.limit, ParseShare(limit))) return std::nullopt;
    return part;
  }
  constexpr std::string_view kService = "service.";
  if (name.starts_with(kService)) {
    part.of_service = true;
    name.remove_prefix(kService.size());
  }
  const auto time = ParseTime(limit);
  if (!time) return std::nullopt;
  part.limit = static_cast<double>(time->count());
  if (name == "mean" || name == "max") {
    part.figure = name == "max" ? Figure::kMax : Figure::kMean;
    return part;
  }
  if (!name.starts_with('p')) return std::nullopt;
  if (!set(part.percentile, ParseNumber(name.substr(1)))) return std::nullopt;
  if (part.percentile <= 0 || part.percentile > 100) return std::nullopt;
  return part;
}

Result<Objective> Objective::Parse(std::string_view text) {
  Objective objective;
  objective.text_ = text;
  for (std::string_view each : SplitAt(text, ',')) {
    const auto part = ParsePart(each);
    if (!part) {
      return Status(StatusCode::kInvalidArgument,
                    "is \"" + std::string(each) +
                        "\": expected parts such as p99<50ms, mean<20ms, "
                        "service.p99.9<1s, errors<0.1%, late<1% or rate>100")
          .WithField("objective");
    }
    objective.parts_.push_back(*part);
  }
  return objective;
}

bool Objective::Holds(const Part& part, const Measured& measured) {
  const HdrHistogram& times =
      part.of_service ? measured.service : measured.response;
  switch (part.figure) {
    case Figure::kPercentile:
      return static_cast<double>(times.ValueAt(part.percentile)) < part.limit;
    case Figure::kMean:
      return times.mean() < part.limit;
    case Figure::kMax:
      return static_cast<double>(times.max()) < part.limit;
    case Figure::kErrors:
      return measured.error_share < part.limit;
    case Figure::kLate:
      return measured.late_share < part.limit;
    case Figure::kRate:
      return measured.rate > part.limit;
  }
  return false;
}

bool Objective::IsMet(const Measured& measured) const {
  return measured.response.count() > 0 &&
         std::ranges::all_of(
             parts_, [&](const Part& part) { return Holds(part, measured); });
}

std::optional<std::chrono::nanoseconds> Objective::ResponseLimit() const {
  std::optional<std::chrono::nanoseconds> limit;
  for (const Part& part : parts_) {
    const bool is_time = part.figure == Figure::kPercentile ||
                         part.figure == Figure::kMean ||
                         part.figure == Figure::kMax;
    if (!is_time || part.of_service) continue;
    const std::chrono::nanoseconds here(static_cast<std::int64_t>(part.limit));
    if (!limit || here < *limit) limit = here;
  }
  return limit;
}

}  // namespace emotion::load
