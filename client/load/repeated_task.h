#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "common/clock.h"

namespace emotion::load {

// Calls a function again and again on a thread of its own, so that neither a
// slow terminal nor a slow metrics page holds a send back. The destructor ends
// it after the call that may be running.
class RepeatedTask {
 public:
  // The first call comes after one interval. `clock` must outlive this.
  RepeatedTask(Clock& clock, Clock::Duration interval,
               std::function<void()> task);
  ~RepeatedTask();
  RepeatedTask(const RepeatedTask&) = delete;
  RepeatedTask& operator=(const RepeatedTask&) = delete;

 private:
  void Run();

  Clock& clock_;
  const Clock::Duration interval_;
  const std::function<void()> task_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_.
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace emotion::load
