#pragma once

#include <cassert>
#include <optional>
#include <utility>
#include <variant>

#include "common/status.h"

namespace emotion {

// A value, or the reason why there is none. Never both, never neither.
template <typename T>
class [[nodiscard]] Result {
 public:
  // Implicit from both sides, so that a function can `return value;` and
  // `return Status(...);`. REQUIRES: !status.ok().
  // NOLINTNEXTLINE(google-explicit-constructor)
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Result(Status status) : state_(std::in_place_index<1>, std::move(status)) {
    assert(!std::get<1>(state_).ok());
  }

  bool ok() const { return state_.index() == 0; }

  // The value. REQUIRES: ok().
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // OK if there is a value.
  Status status() const& { return ok() ? Status() : std::get<1>(state_); }
  Status status() && {
    return ok() ? Status() : std::get<1>(std::move(state_));
  }

 private:
  std::variant<T, Status> state_;
};

}  // namespace emotion
