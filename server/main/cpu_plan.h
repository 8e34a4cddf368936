#pragma once

#include <cstddef>
#include <filesystem>

namespace emotion {

// The CPUs this process may use at once, at least 1: those of its affinity
// mask, and no more than its cgroup's quota allows (version 2's cpu.max or
// version 1's cfs quota under `cgroups`, rounded down: threads beyond it are
// stopped for a part of each period). Reads the kernel's files
// once; thread-safe.
std::size_t UsableCpus(const std::filesystem::path& cgroups = "/sys/fs/cgroup");

}  // namespace emotion
