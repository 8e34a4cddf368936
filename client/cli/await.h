#pragma once

#include <future>
#include <memory>
#include <utility>

#include "common/result.h"

namespace emotion::client {

// Waits for one asynchronous call: hands `start` a callback and returns what
// that gets. The call's deadline bounds the wait.
template <typename T, typename Start>
Result<T> Await(Start start) {
  auto promise = std::make_shared<std::promise<Result<T>>>();
  auto answer = promise->get_future();
  start([promise](Result<T> result) { promise->set_value(std::move(result)); });
  return answer.get();
}

}  // namespace emotion::client
