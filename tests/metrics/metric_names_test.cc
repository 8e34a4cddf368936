#include "server/metrics/metric_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/metrics/full_page.h"

namespace emotion {
namespace {

using testing::ElementsAreArray;

const std::string kGolden = EMOTION_METRICS_TESTS "/metric_names.golden";

std::string JoinKeys(const std::string& labels) {
  static const std::regex kKey(R"re((\w+)="(?:[^"\\]|\\.)*")re");
  std::set<std::string> keys;
  for (std::sregex_iterator it(labels.begin(), labels.end(), kKey), end;
       it != end; ++it) {
    const std::string key = (*it)[1];
    if (key != "le" && key != "quantile") keys.insert(key);
  }
  std::string joined;
  for (const auto& key : keys) joined += " " + key;
  return joined;
}

// "name type key key", one line for each family of the page, sorted. A family
// whose series differ in their keys has several lines.
std::vector<std::string> Inventory(const std::string& page) {
  std::set<std::string> inventory;
  std::istringstream lines(page);
  std::string name;
  std::string type;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# TYPE ")) {
      std::istringstream(line.substr(7)) >> name >> type;
    } else if (!line.starts_with('#')) {
      const std::size_t brace = line.find('{');
      const std::string labels =
          brace == std::string::npos ? "" : line.substr(brace);
      inventory.insert(name + " " + type + JoinKeys(labels));
    }
  }
  return {inventory.begin(), inventory.end()};
}

TEST(MetricNamesTest, TheScrapedNamesAreTheGoldenOnes) {
  const auto actual = Inventory(Scrape(LoadedMetrics().metrics).body);
  std::vector<std::string> golden;
  std::ifstream file(kGolden);
  for (std::string line; std::getline(file, line);) golden.push_back(line);

  const std::string proposal = testing::TempDir() + "metric_names.actual";
  std::ofstream output(proposal);
  for (const auto& line : actual) output << line << "\n";
  EXPECT_THAT(actual, ElementsAreArray(golden))
      << "Names are an interface: dashboards and alerts read them. If the "
         "change is meant, say so in CHANGELOG.md and run\n  cp "
      << proposal << " " << kGolden;
}

TEST(MetricNamesTest, BucketsRise) {
  namespace names = metric_names;
  const std::span<const double> kAll[] = {
      names::kCallSeconds,    names::kStageSeconds,     names::kStepSeconds,
      names::kDialogueTokens, names::kBatchTokenCounts, names::kShares,
      names::kBatchItemCounts};
  for (const auto buckets : kAll) {
    for (std::size_t i = 1; i < buckets.size(); ++i) {
      EXPECT_LT(buckets[i - 1], buckets[i]);
    }
  }
}

}  // namespace
}  // namespace emotion
