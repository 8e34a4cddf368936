#pragma once

#include <chrono>
#include <cstdint>

#include "client/load/hdr_histogram.h"

namespace emotion::load {

// Times are whole nanoseconds inside, and seconds or milliseconds where they
// are shown.

inline double Seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

inline double Ms(std::uint64_t nanoseconds) {
  return static_cast<double>(nanoseconds) / 1e6;
}

inline double Ms(const HdrHistogram& times, double percentile) {
  return Ms(times.ValueAt(percentile));
}

}  // namespace emotion::load
