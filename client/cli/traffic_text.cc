#include "client/cli/traffic_text.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "client/cli/models_view.h"

namespace emotion::client {
namespace {

constexpr std::uint32_t kAll = 100;
constexpr std::string_view kNobody = "none";

Status Malformed(std::string field, std::string_view text,
                 const std::string& what) {
  return Status(StatusCode::kInvalidArgument,
                "is \"" + std::string(text) + "\": " + what)
      .WithField(std::move(field));
}

bool IsVersionName(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < '\x7f' && c != ',' && c != '=';
  });
}

// "0.3.0=90"; nothing for what is not so.
std::optional<TrafficShare> ParseShare(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  const std::string_view version = text.substr(0, equals);
  const std::string_view number = text.substr(equals + 1);
  std::uint32_t percent = 0;
  const char* const end = number.data() + number.size();
  const auto [stop, error] = std::from_chars(number.data(), end, percent);
  if (error != std::errc() || stop != end || percent < 1 || percent > kAll ||
      !IsVersionName(version)) {
    return std::nullopt;
  }
  return TrafficShare{.version = std::string(version), .percent = percent};
}

}  // namespace

Result<std::vector<TrafficShare>> ParseServing(std::string_view text) {
  std::vector<TrafficShare> shares;
  std::uint32_t sum = 0;
  for (std::string_view rest = text; !shares.empty() || !rest.empty();) {
    const std::size_t comma = rest.find(',');
    const auto share = ParseShare(rest.substr(0, comma));
    if (!share) break;
    if (std::ranges::find(shares, share->version, &TrafficShare::version) !=
        shares.end()) {
      return Malformed("traffic", text,
                       "names " + share->version + " twice: expected once");
    }
    sum += share->percent;
    shares.push_back(*share);
    if (comma == std::string_view::npos) {
      if (sum == kAll) return shares;
      return Malformed(
          "traffic", text,
          "adds up to " + std::to_string(sum) + " percent: expected 100");
    }
    rest.remove_prefix(comma + 1);
  }
  return Malformed("traffic", text,
                   "expected VERSION=PERCENT,... with whole percents from 1 to "
                   "100, such as 0.3.0=90,0.4.0=10");
}

Result<std::vector<TrafficShare>> ParseShadow(std::string_view text) {
  if (text == kNobody) return std::vector<TrafficShare>();
  const auto share = ParseShare(text);
  if (share) return std::vector<TrafficShare>{*share};
  return Malformed("shadow", text,
                   "expected one VERSION=PERCENT with a whole percent from 1 "
                   "to 100, or none");
}

Status CheckVersionName(std::string_view text) {
  if (IsVersionName(text)) return {};
  return Malformed("version", text,
                   "expected the name of a version, such as 0.4.0");
}

std::string TrafficTable(const TrafficSplit& split) {
  std::vector<std::vector<std::string>> rows = {
      {"version", "traffic", "shadow"}};
  for (const TrafficShare& each : split.serving) {
    rows.push_back({each.version, std::to_string(each.percent) + '%', "-"});
  }
  for (const TrafficShare& each : split.shadows) {
    rows.push_back({each.version, "-", std::to_string(each.percent) + '%'});
  }
  return Aligned(rows, {1, 2});
}

}  // namespace emotion::client
