#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <string_view>

namespace emotion {

// The most turns a dialogue can hold. A model package may allow fewer.
inline constexpr std::size_t kMaxTurns = 8;

// A conversation, oldest turn first; the last turn is the one classified. Views
// only: the bytes belong to the caller and must outlive the dialogue. Copying
// is cheap and nothing is allocated.
class Dialogue {
 public:
  Dialogue() = default;
  Dialogue(std::initializer_list<std::string_view> turns) {
    for (std::string_view turn : turns) Add(turn);
  }

  // REQUIRES: turns().size() < kMaxTurns.
  void Add(std::string_view turn) {
    assert(count_ < kMaxTurns);
    turns_[count_++] = turn;
  }

  std::span<const std::string_view> turns() const {
    return {turns_.data(), count_};
  }

 private:
  std::array<std::string_view, kMaxTurns> turns_;
  std::size_t count_ = 0;
};

}  // namespace emotion
