#pragma once

#include <cstddef>
#include <filesystem>

namespace emotion {

// The CPUs this process may use at once, at least 1: those of its affinity
// mask, and no more than its cgroup's quota allows (version 2's cpu.max or
// version 1's cfs quota under `cgroups`, rounded up). Reads the kernel's files
// once; thread-safe.
std::size_t UsableCpus(const std::filesystem::path& cgroups = "/sys/fs/cgroup");

// Threads for one forward pass: `threads` if it is not 0, else the CPUs shared
// evenly by the workers, at least 1.
std::size_t PlanThreads(std::size_t threads, std::size_t workers,
                        std::size_t cpus);

}  // namespace emotion
