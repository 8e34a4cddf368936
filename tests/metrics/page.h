#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace emotion {

// A page as it is scraped, line by line, without comments and buckets.
inline std::vector<std::string> Lines(const prometheus::Collectable& page,
                                      bool with_buckets = false) {
  std::stringstream text(
      prometheus::TextSerializer().Serialize(page.Collect()));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) {
    const bool is_bucket = line.find("_bucket{") != std::string::npos;
    if (line.starts_with('#') || (is_bucket && !with_buckets)) continue;
    lines.push_back(line);
  }
  return lines;
}

// The lines, buckets left out, that are new or other after `event`, sorted.
inline std::vector<std::string> ChangedBy(const prometheus::Collectable& page,
                                          const std::function<void()>& event) {
  const auto before = Lines(page);
  event();
  const std::multiset<std::string> known(before.begin(), before.end());
  std::vector<std::string> changed;
  std::ranges::copy_if(Lines(page), std::back_inserter(changed),
                       [&](const auto& line) { return !known.contains(line); });
  std::ranges::sort(changed);
  return changed;
}

}  // namespace emotion
