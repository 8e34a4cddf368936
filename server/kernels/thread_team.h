#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace emotion::kernels {

// Where the members of a team meet. Members spin for some microseconds, which
// is what others need to arrive, and then sleep.
class Barrier {
 public:
  // REQUIRES: members >= 1.
  explicit Barrier(std::size_t members) : members_(members) {}

  // Returns when all members have called it; usable again at once. What a
  // member wrote before is seen by all after.
  void Wait();

 private:
  const std::size_t members_;
  std::atomic<std::size_t> arrived_{0};
  std::atomic<std::uint32_t> generation_{0};
};

// Threads that do one job together, with the caller as member 0. They wait
// between jobs and cost nothing then, but for a few microseconds of spinning
// after each.
//
// Not thread-safe: one thread gives jobs, one at a time.
class ThreadTeam {
 public:
  using Job = std::function<void(std::size_t member)>;

  // Starts members - 1 threads. REQUIRES: members >= 1.
  explicit ThreadTeam(std::size_t members);
  // Joins them.
  ~ThreadTeam();
  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;

  std::size_t members() const { return threads_.size() + 1; }

  // Calls `job` once for each member, at the same time, and returns when all
  // have returned. The job must not throw. It may use barrier(), all members
  // equally often.
  void Run(const Job& job);

  Barrier& barrier() { return barrier_; }

 private:
  void Work(std::size_t member);

  Barrier barrier_;
  std::atomic<std::uint32_t> jobs_{0};
  std::atomic<std::uint32_t> working_{0};
  // Written before jobs_ grows, read after it has grown; null: the end.
  const Job* job_ = nullptr;
  std::vector<std::thread> threads_;
};

}  // namespace emotion::kernels
