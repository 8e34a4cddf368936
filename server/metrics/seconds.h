#pragma once

#include <chrono>

namespace emotion {

// A duration in Prometheus's base unit.
inline double Seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace emotion
