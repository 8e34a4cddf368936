#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace emotion::load {

// What repeated windows of one run say together. Pure functions.

// A figure of a whole run with the range around it that holds the true one in
// 95 of 100 runs, if the windows of a run are independent and their figures
// nearly normal.
struct Interval {
  double middle = 0;
  double low = 0;
  double high = 0;
};

// Student's interval around `whole` by how far the figures of equally long
// windows lie from it (sectioning, as in Asmussen and Glynn, Stochastic
// Simulation, III.5): a percentile of a short window is off to one side, which
// widens the interval and does not move it. Nothing with fewer than two
// windows.
std::optional<Interval> SectionInterval(double whole,
                                        const std::vector<double>& windows);

// The 97.5 % quantile of Student's t; the normal one from 121 on. REQUIRES:
// degrees_of_freedom > 0.
double StudentT(std::size_t degrees_of_freedom);

// Whether the last `count` windows lie within `tolerance` (0.1 is 10 %) of
// their mean. False with fewer windows. Windows of 0 are steady too.
bool IsSteady(const std::vector<double>& windows, std::size_t count,
              double tolerance);

}  // namespace emotion::load
