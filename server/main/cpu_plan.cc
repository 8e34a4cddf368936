#include "server/main/cpu_plan.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <optional>
#include <string>

namespace emotion {
namespace {

// CPUs' worth of time per period, from two words: "max 100000", "150000
// 100000".
std::optional<double> Quota(std::istream& stream) {
  std::string quota;
  double period = 0;
  if (!(stream >> quota >> period) || quota == "max" || period <= 0) {
    return std::nullopt;
  }
  const double microseconds = std::strtod(quota.c_str(), nullptr);
  if (microseconds <= 0) return std::nullopt;
  return microseconds / period;
}

std::optional<double> CgroupQuota(const std::filesystem::path& cgroups) {
  if (std::ifstream v2(cgroups / "cpu.max"); v2) return Quota(v2);
  std::ifstream quota(cgroups / "cpu" / "cpu.cfs_quota_us");
  std::ifstream period(cgroups / "cpu" / "cpu.cfs_period_us");
  double microseconds = 0;
  double length = 0;
  if (!(quota >> microseconds) || !(period >> length) || microseconds <= 0 ||
      length <= 0) {
    return std::nullopt;
  }
  return microseconds / length;
}

}  // namespace

std::size_t UsableCpus(const std::filesystem::path& cgroups) {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  std::size_t cpus = 1;
  if (sched_getaffinity(0, sizeof mask, &mask) == 0) {
    cpus = static_cast<std::size_t>(std::max(1, CPU_COUNT(&mask)));
  }
  if (const auto quota = CgroupQuota(cgroups)) {
    cpus = std::min(cpus, static_cast<std::size_t>(std::floor(*quota)));
  }
  return std::max<std::size_t>(1, cpus);
}

}  // namespace emotion
