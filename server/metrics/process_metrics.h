#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <filesystem>
#include <vector>

namespace emotion {

// What the kernel knows of this process, read anew at each Collect(): CPU time,
// memory, file descriptors, threads, start. What cannot be read is left out,
// and the rest is still reported. See proc(5) for the files: self/stat,
// self/limits, self/fd and stat (its btime). Thread-safe; Collect() opens a few
// files of a file system that lives in memory.
class ProcessMetrics final : public prometheus::Collectable {
 public:
  // `proc` is where the proc file system is mounted; tests give a copy.
  explicit ProcessMetrics(std::filesystem::path proc = "/proc");

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  std::filesystem::path proc_;
};

}  // namespace emotion
