#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace emotion {

// Which share of the traffic a version gets, and which share of it is copied
// to a version as a shadow: whole percents.
struct TrafficShare {
  std::string version;
  unsigned percent = 0;
  friend bool operator==(const TrafficShare&, const TrafficShare&) = default;
};

struct TrafficSplit {
  // Together 100; at least one.
  std::vector<TrafficShare> serving{};
  // At most one, 1 to 100 percent.
  std::vector<TrafficShare> shadows{};
};

// OK, or INVALID_ARGUMENT: a version twice or without a name, shares that do
// not add up to 100, more than one shadow or one that serves as well.
Status Validate(const TrafficSplit& split);

// Where `key` stands among all keys, from 0 to 9,999: the same for the same
// key, always and on every server, and even over keys that differ little
// (FNV-1a of 64 bits from `seed`, finished by the mixer of MurmurHash3). Other
// seeds give positions that have nothing to do with each other.
std::uint32_t KeyPosition(std::string_view key, std::uint64_t seed = 0);

// The index of the share that a key's position falls into: the first
// `percent` hundredths of all positions are the first share's, and so on, so
// that a key keeps its version while others' shares change behind it.
// REQUIRES: the shares add up to 100.
std::size_t ShareOf(std::uint32_t position,
                    const std::vector<unsigned>& percents);

}  // namespace emotion
