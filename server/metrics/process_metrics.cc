#include "server/metrics/process_metrics.h"

#include <unistd.h>

#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include "server/metrics/metric_names.h"

namespace emotion {
namespace {

namespace names = metric_names;

using Families = std::vector<prometheus::MetricFamily>;

std::string ReadFile(const std::filesystem::path& path) {
  const std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();  // Unlike an iterator, never throws.
  return text.str();
}

// The fields of self/stat, numbered as in proc(5): [3] is the state. The
// second, the program's name, may hold spaces and brackets.
std::vector<std::string> StatFields(const std::string& stat) {
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream rest(stat.substr(name_end + 1));
  std::vector<std::string> fields(3);
  fields.insert(fields.end(), std::istream_iterator<std::string>(rest), {});
  return fields;
}

std::optional<double> Number(const std::string& text) {
  std::istringstream stream(text);
  double number = 0;
  if (stream >> number) return number;
  return std::nullopt;
}

// The number after `key` at the start of a line.
std::optional<double> NumberAfter(const std::string& text,
                                  const std::string& key) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(key)) return Number(line.substr(key.size()));
  }
  return std::nullopt;
}

std::optional<double> CountEntries(const std::filesystem::path& folder) {
  std::error_code error;
  double count = 0;
  std::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator();
       entry.increment(error)) {
    ++count;
  }
  return error ? std::nullopt : std::optional(count);
}

void Add(Families& families, std::string_view name, std::string_view help,
         prometheus::MetricType type, std::optional<double> value) {
  if (!value) return;
  prometheus::ClientMetric metric;
  (type == prometheus::MetricType::Counter ? metric.counter.value
                                           : metric.gauge.value) = *value;
  families.push_back({std::string(name), std::string(help), type, {metric}});
}

void Add(Families& families, const names::CounterSpec& spec,
         std::optional<double> value) {
  Add(families, spec.name, spec.help, prometheus::MetricType::Counter, value);
}

void Add(Families& families, const names::GaugeSpec& spec,
         std::optional<double> value) {
  Add(families, spec.name, spec.help, prometheus::MetricType::Gauge, value);
}

void AddStat(Families& families, const std::vector<std::string>& fields,
             std::optional<double> boot_time) {
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
  const auto field = [&](std::size_t number, double unit) {
    const auto value = Number(fields[number]);
    return value ? std::optional(*value * unit) : std::nullopt;
  };
  const auto user = field(14, 1 / ticks);
  const auto system = field(15, 1 / ticks);
  if (user && system) Add(families, names::kCpuTime, *user + *system);
  Add(families, names::kThreads, field(20, 1));
  const auto since_boot = field(22, 1 / ticks);
  if (boot_time && since_boot) {
    Add(families, names::kStartTime, *boot_time + *since_boot);
  }
  Add(families, names::kVirtualMemory, field(23, 1));
  Add(families, names::kResidentMemory, field(24, page));
}

}  // namespace

ProcessMetrics::ProcessMetrics(std::filesystem::path proc)
    : proc_(std::move(proc)) {}

Families ProcessMetrics::Collect() const {
  constexpr std::size_t kFieldsRead = 25;
  Families families;
  const auto fields = StatFields(ReadFile(proc_ / "self/stat"));
  if (fields.size() >= kFieldsRead) {
    AddStat(families, fields, NumberAfter(ReadFile(proc_ / "stat"), "btime"));
  }
  Add(families, names::kOpenFds, CountEntries(proc_ / "self/fd"));
  Add(families, names::kMaxFds,
      NumberAfter(ReadFile(proc_ / "self/limits"), "Max open files"));
  return families;
}

}  // namespace emotion
