#include "client/load/repeated_task.h"

#include <utility>

namespace emotion::load {

RepeatedTask::RepeatedTask(Clock& clock, Clock::Duration interval,
                           std::function<void()> task)
    : clock_(clock),
      interval_(interval),
      task_(std::move(task)),
      thread_([this] { Run(); }) {}

RepeatedTask::~RepeatedTask() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

void RepeatedTask::Run() {
  Clock::TimePoint next = clock_.Now() + interval_;
  std::unique_lock lock(mutex_);
  while (!ending_) {
    if (clock_.Now() < next) {
      clock_.WaitUntil(changed_, lock, next);
      continue;
    }
    lock.unlock();
    task_();
    next = clock_.Now() + interval_;
    lock.lock();
  }
}

}  // namespace emotion::load
