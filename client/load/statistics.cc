#include "client/load/statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace emotion::load {
namespace {

double Mean(const std::vector<double>& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0) /
         static_cast<double>(numbers.size());
}

}  // namespace

double StudentT(std::size_t degrees_of_freedom) {
  static constexpr std::array<double, 30> kTable = {
      12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
      2.201,  2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
      2.080,  2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042};
  if (degrees_of_freedom <= kTable.size()) {
    return kTable[degrees_of_freedom - 1];
  }
  if (degrees_of_freedom <= 60) return 2.021;
  return degrees_of_freedom <= 120 ? 2.000 : 1.960;
}

std::optional<Interval> SectionInterval(double whole,
                                        const std::vector<double>& windows) {
  const std::size_t count = windows.size();
  if (count < 2) return std::nullopt;
  double squares = 0;
  for (double each : windows) squares += (each - whole) * (each - whole);
  const double error = std::sqrt(squares / static_cast<double>(count - 1) /
                                 static_cast<double>(count));
  const double half = StudentT(count - 1) * error;
  return Interval{whole, whole - half, whole + half};
}

bool IsSteady(const std::vector<double>& windows, std::size_t count,
              double tolerance) {
  if (windows.size() < count) return false;
  const std::vector<double> last(
      windows.end() - static_cast<std::ptrdiff_t>(count), windows.end());
  const double mean = Mean(last);
  return std::ranges::all_of(last, [&](double each) {
    return std::abs(each - mean) <= tolerance * std::abs(mean);
  });
}

}  // namespace emotion::load
