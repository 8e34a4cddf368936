#include "tests/bench/bench_report.h"

#include <sys/utsname.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>
#include <iomanip>
#include <sstream>

#include "server/main/cpu_plan.h"

namespace emotion::bench {
namespace {

// The value of the first line that begins with `key`.
std::string LineOf(const char* file, const std::string& key) {
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with(key)) continue;
    const std::size_t value = line.find_first_not_of(" \t:", key.size());
    return value == std::string::npos ? "" : line.substr(value);
  }
  return "unknown";
}

std::string Today() {
  const std::time_t now = std::time(nullptr);
  std::tm day{};
  gmtime_r(&now, &day);
  std::ostringstream text;
  text << std::put_time(&day, "%Y-%m-%d");
  return text.str();
}

}  // namespace

Spread SpreadOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return {values[values.size() / 2], values.front(), values.back()};
}

nlohmann::json ToJson(const Spread& spread) {
  return {{"median", spread.median},
          {"lowest", spread.lowest},
          {"highest", spread.highest}};
}

std::string SpreadText(const Spread& spread, int digits) {
  return Fixed(spread.median, digits) + " (" + Fixed(spread.lowest, digits) +
         " to " + Fixed(spread.highest, digits) + ")";
}

std::string MarkdownTable(const std::vector<std::string>& head,
                          const std::vector<std::vector<std::string>>& rows) {
  std::string text = "|";
  for (const std::string& cell : head) text += " " + cell + " |";
  text += "\n|";
  for (std::size_t i = 0; i < head.size(); ++i) {
    text += i == 0 ? " --- |" : " ---: |";
  }
  for (const auto& row : rows) {
    text += "\n|";
    for (const std::string& cell : row) text += " " + cell + " |";
  }
  return text + "\n";
}

std::string Fixed(double value, int digits) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(digits) << value;
  return text.str();
}

nlohmann::json DescribeMachine() {
  utsname system{};
  uname(&system);
#ifdef NDEBUG
  const bool optimised = true;
#else
  const bool optimised = false;
#endif
  return {{"date", Today()},
          {"processor", LineOf("/proc/cpuinfo", "model name")},
          {"cpus", UsableCpus()},
          {"memory", LineOf("/proc/meminfo", "MemTotal")},
          {"system", std::string(system.sysname) + " " + system.release},
          {"compiler", "g++ " __VERSION__},
          {"optimised", optimised}};
}

}  // namespace emotion::bench
