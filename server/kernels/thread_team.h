#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace emotion::kernels {

// Holds `size` threads until all have arrived. A thread spins for some
// microseconds, which is what the others usually need, and then sleeps.
class Barrier {
 public:
  // REQUIRES: size >= 1.
  explicit Barrier(std::size_t size) : size_(size) {}

  // Returns when all `size` threads have called it; usable again at once. What
  // a thread wrote before the call is seen by all after it.
  void Wait();

 private:
  const std::size_t size_;
  std::atomic<std::size_t> arrived_{0};
  std::atomic<std::uint32_t> generation_{0};
};

// Threads that run one job together, with the caller as rank 0. Between jobs
// they sleep, after a few microseconds of spinning.
//
// Not thread-safe: one thread runs jobs, one at a time.
class ThreadTeam {
 public:
  using Job = std::function<void(std::size_t rank)>;

  // Starts size - 1 threads. REQUIRES: size >= 1.
  explicit ThreadTeam(std::size_t size);
  // Joins them.
  ~ThreadTeam();
  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;

  std::size_t size() const { return threads_.size() + 1; }

  // Calls `job` once for each rank, at the same time, and returns when all
  // have returned. The job must not throw. It may wait at barrier(), all ranks
  // equally often.
  void Run(const Job& job);

  Barrier& barrier() { return barrier_; }

 private:
  void Work(std::size_t rank);

  Barrier barrier_;
  std::atomic<std::uint32_t> jobs_{0};
  std::atomic<std::uint32_t> working_{0};
  // Written before jobs_ grows, read after it has grown; null: the end.
  const Job* job_ = nullptr;
  std::vector<std::thread> threads_;
};

}  // namespace emotion::kernels
