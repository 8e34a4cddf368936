#include "server/kernels/thread_team.h"

namespace emotion::kernels {
namespace {

// About 20 microseconds: many times what the ranks of one job are apart.
constexpr int kSpins = 1 << 11;

void Pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

// Returns when `value` is no longer `old`. Spinning first: a futex call and the
// wake-up that follows cost more than the ranks of a forward pass are usually
// apart. Sleeping then: a rank that was descheduled may be away for
// milliseconds, and the others must not burn its processor.
void AwaitChange(const std::atomic<std::uint32_t>& value, std::uint32_t old) {
  for (int spin = 0; spin < kSpins; ++spin) {
    if (value.load(std::memory_order_acquire) != old) return;
    Pause();
  }
  while (value.load(std::memory_order_acquire) == old) value.wait(old);
}

}  // namespace

// The centralised barrier with a sense, here a generation that counts up
// (Mellor-Crummey and Scott, "Algorithms for scalable synchronization on
// shared-memory multiprocessors", 1991). The last to arrive resets the count
// before it starts the next generation, so whoever leaves may arrive again at
// once. Its acq_rel increment has seen what all others released; the release of
// the generation hands that on to everybody.
void Barrier::Wait() {
  if (size_ == 1) return;
  const std::uint32_t generation = generation_.load(std::memory_order_acquire);
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == size_) {
    arrived_.store(0, std::memory_order_relaxed);
    generation_.fetch_add(1, std::memory_order_release);
    generation_.notify_all();
  } else {
    AwaitChange(generation_, generation);
  }
}

ThreadTeam::ThreadTeam(std::size_t size) : barrier_(size) {
  threads_.reserve(size - 1);
  for (std::size_t rank = 1; rank < size; ++rank) {
    threads_.emplace_back([this, rank] { Work(rank); });
  }
}

ThreadTeam::~ThreadTeam() {
  job_ = nullptr;
  jobs_.fetch_add(1, std::memory_order_release);
  jobs_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

// jobs_ is the number of jobs so far, not a flag: a thread that was slow to
// leave one job cannot miss the next, and needs no reset in between. Run
// returns when working_ is 0, so `job` need not outlive the call, and what the
// ranks wrote is seen by the caller.
void ThreadTeam::Run(const Job& job) {
  if (threads_.empty()) {
    job(0);
    return;
  }
  job_ = &job;
  working_.store(static_cast<std::uint32_t>(threads_.size()),
                 std::memory_order_relaxed);
  jobs_.fetch_add(1, std::memory_order_release);
  jobs_.notify_all();
  job(0);
  for (std::uint32_t left = working_.load(std::memory_order_acquire); left != 0;
       left = working_.load(std::memory_order_acquire)) {
    AwaitChange(working_, left);
  }
}

void ThreadTeam::Work(std::size_t rank) {
  std::uint32_t seen = 0;
  while (true) {
    AwaitChange(jobs_, seen);
    ++seen;
    if (job_ == nullptr) return;
    (*job_)(rank);
    if (working_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      working_.notify_all();
    }
  }
}

}  // namespace emotion::kernels
