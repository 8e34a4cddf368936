#pragma once

#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

#include "common/status.h"

namespace emotion {

// A few threads that run one function, each with its own number. Not
// thread-safe: one owner, which is none of the threads.
class WorkerThreads {
 public:
  WorkerThreads() = default;
  // Joins. REQUIRES: each thread's function returns.
  ~WorkerThreads() = default;
  WorkerThreads(const WorkerThreads&) = delete;
  WorkerThreads& operator=(const WorkerThreads&) = delete;

  // Starts `count` threads; thread i calls run(i) once. `run` must not throw.
  // INTERNAL if the system gives no thread: those before it are running then,
  // and the caller must bring them to an end.
  // REQUIRES: called once.
  Status Start(std::size_t count, std::function<void(std::size_t)> run);

  // Returns when every thread has ended. May be called again.
  void Join();

 private:
  std::vector<std::jthread> threads_;
};

}  // namespace emotion
