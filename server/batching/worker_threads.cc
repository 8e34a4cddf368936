#include "server/batching/worker_threads.h"

#include <string>
#include <system_error>
#include <utility>

namespace emotion {

Status WorkerThreads::Start(std::size_t count,
                            std::function<void(std::size_t)> run) {
  threads_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    try {
      threads_.emplace_back(run, i);
    } catch (const std::system_error& error) {
      return Status(StatusCode::kInternal,
                    "cannot start worker thread " + std::to_string(i + 1) +
                        " of " + std::to_string(count) + ": " + error.what());
    }
  }
  return Status();
}

void WorkerThreads::Join() { threads_.clear(); }

}  // namespace emotion
