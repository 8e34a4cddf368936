#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace emotion {

// Names each call, so that logs on both sides can be joined. Thread-safe.
class RequestIds {
 public:
  // The ids that are made follow from `seed` alone; give each process its own.
  explicit RequestIds(std::uint64_t seed) : next_(seed) {}

  // `offered` (the caller's x-request-id) if it is 1 to 128 characters out of
  // A-Z a-z 0-9 . _ : -, so that it can stand in a log as it is; otherwise a
  // new id of 16 hexadecimal digits.
  std::string Choose(std::string_view offered);

 private:
  std::atomic<std::uint64_t> next_;
};

}  // namespace emotion
