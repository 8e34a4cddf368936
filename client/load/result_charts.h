#pragma once

#include <string>
#include <utility>
#include <vector>

#include "client/load/load_result.h"

namespace emotion::load {

// What the pages draw of results, as SVG; nothing where there is no figure.
// Pure functions.

// Named times as lines over percentiles, on log scales, as far as the number of
// values carries; the second line is broken, for where it covers the first. The
// histograms must outlive the call.
std::string PercentileChart(
    const std::string& title,
    const std::vector<std::pair<std::string, const HdrHistogram*>>& times);

// The times of each slot, and requests per second.
std::string TimelineCharts(const LoadResult& result);
// The response p99 of each slot of two runs.
std::string TailsChart(const LoadResult& before, const LoadResult& after);

// Each trial as a point by its rate, with lines through the medians of trials
// at about the same rate, and the rate that was found. Empty below two trials.
std::string CurveChart(const LoadResult& result);

// How many requests ended in which way.
std::string EndingsChart(const RequestCounts& counts);

}  // namespace emotion::load
