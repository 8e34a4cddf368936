#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "common/result.h"
#include "common/status.h"

namespace emotion {

// A request's own way home: a callback that fires exactly once. Move-only; it
// travels inside the queue item. Destroyed unfired, it answers INTERNAL, so no
// code path can end without an answer.
//
// Not thread-safe: one owner at a time. The callback runs on the thread that
// fires it, must be quick, and must not throw.
template <typename T>
class Completion {
 public:
  using Callback = std::function<void(Result<T>)>;

  // Empty: fires nothing.
  Completion() = default;
  explicit Completion(Callback callback) : callback_(std::move(callback)) {}

  Completion(Completion&& other) noexcept
      : callback_(std::exchange(other.callback_, nullptr)) {}
  Completion& operator=(Completion&& other) noexcept {
    if (this != &other) {
      Abandon();
      callback_ = std::exchange(other.callback_, nullptr);
    }
    return *this;
  }
  Completion(const Completion&) = delete;
  Completion& operator=(const Completion&) = delete;

  ~Completion() { Abandon(); }

  // Answers, and leaves this empty. On an empty completion does nothing.
  void operator()(Result<T> result) {
    if (Callback callback = std::exchange(callback_, nullptr)) {
      callback(std::move(result));
    }
  }

  // Whether an answer is still owed.
  explicit operator bool() const { return static_cast<bool>(callback_); }

 private:
  void Abandon() noexcept {
    if (callback_) {
      (*this)(Status(StatusCode::kInternal, "the request was dropped"));
    }
  }

  Callback callback_;
};

}  // namespace emotion
