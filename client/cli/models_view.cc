#include "client/cli/models_view.h"

#include <algorithm>
#include <cstdint>

namespace emotion::client {
namespace {

// Blanks between two columns.
constexpr std::size_t kGap = 2;
constexpr std::size_t kTrafficColumn = 2;
constexpr std::size_t kShadowColumn = 3;

std::string Percent(std::uint32_t percent) {
  return percent == 0 ? "-" : std::to_string(percent) + '%';
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : ", ") + word;
  }
  return text;
}

}  // namespace

std::string Aligned(const std::vector<std::vector<std::string>>& rows,
                    const std::vector<std::size_t>& rightwards) {
  std::vector<std::size_t> widths(rows.empty() ? 0 : rows[0].size(), 0);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string blanks(widths[i] - row[i].size(), ' ');
      const bool to_the_right =
          std::ranges::find(rightwards, i) != rightwards.end();
      line += to_the_right ? blanks + row[i] : row[i] + blanks;
      line += std::string(kGap, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string ModelsTable(const std::vector<ServingModel>& serving,
                        const std::vector<std::string>& available) {
  std::vector<std::vector<std::string>> rows = {
      {"version", "state", "traffic", "shadow", "precision", "labels"}};
  for (const ServingModel& each : serving) {
    rows.push_back({each.model.version, "loaded", Percent(each.traffic_percent),
                    Percent(each.shadow_percent), each.precision,
                    Joined(each.labels)});
  }
  for (const std::string& version : available) {
    const bool loaded =
        std::ranges::any_of(serving, [&](const ServingModel& each) {
          return each.model.version == version;
        });
    if (loaded) continue;
    rows.push_back({version, "available", "-", "-", "-", "-"});
  }
  return Aligned(rows, {kTrafficColumn, kShadowColumn});
}

nlohmann::ordered_json ModelsJson(const std::vector<ServingModel>& serving) {
  auto list = nlohmann::ordered_json::array();
  for (const ServingModel& each : serving) {
    list.push_back(
        {{"model",
          {{"name", each.model.name}, {"version", each.model.version}}},
         {"traffic_percent", each.traffic_percent},
         {"shadow_percent", each.shadow_percent},
         {"labels", each.labels},
         {"precision", each.precision},
         {"manifest_sha256", each.manifest_sha256}});
  }
  return list;
}

}  // namespace emotion::client
