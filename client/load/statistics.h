#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace emotion::load {

// What repeated windows of one run say together. Pure functions.

// A mean with the range that holds the true one in 95 of 100 runs, if windows
// are independent and their figures nearly normal (batch means).
struct Interval {
  double mean = 0;
  double low = 0;
  double high = 0;
};

// Student's interval. Nothing with fewer than two windows.
std::optional<Interval> MeanInterval(const std::vector<double>& windows);

// The 97.5 % quantile of Student's t; the normal one from 121 on. REQUIRES:
// degrees_of_freedom > 0.
double StudentT(std::size_t degrees_of_freedom);

// Whether the last `count` windows lie within `tolerance` (0.1 is 10 %) of
// their mean. False with fewer windows. Windows of 0 are steady too.
bool IsSteady(const std::vector<double>& windows, std::size_t count,
              double tolerance);

}  // namespace emotion::load
