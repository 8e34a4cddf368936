#include "server/service/request_id.h"

#include <algorithm>

namespace emotion {
namespace {

constexpr std::size_t kMaxLength = 128;

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '.' || c == '_' || c == ':' || c == '-';
}

// The output function of SplitMix64 (Steele, Lea, Flood 2014): neighbours in,
// unrelated numbers out, never the same twice.
std::uint64_t Mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

}  // namespace

std::string RequestIds::Choose(std::string_view offered) {
  if (!offered.empty() && offered.size() <= kMaxLength &&
      std::all_of(offered.begin(), offered.end(), IsPlain)) {
    return std::string(offered);
  }
  constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15u;
  std::uint64_t bits = Mix(next_.fetch_add(kStep, std::memory_order_relaxed));
  std::string id(16, '0');
  for (auto digit = id.rbegin(); digit != id.rend(); ++digit, bits >>= 4) {
    *digit = "0123456789abcdef"[bits & 15];
  }
  return id;
}

}  // namespace emotion
