#include "server/models/traffic_split.h"

#include <set>

namespace emotion {
namespace {

constexpr std::uint32_t kPositions = 10'000;
constexpr unsigned kAll = 100;

Status Refuse(std::string_view field, const std::string& what) {
  return Status(StatusCode::kInvalidArgument, what)
      .WithField(std::string(field));
}

}  // namespace

Status Validate(const TrafficSplit& split) {
  std::set<std::string_view> versions;
  unsigned total = 0;
  for (const TrafficShare& share : split.serving) {
    if (share.version.empty()) {
      return Refuse("serving", "a version is empty; expected its name");
    }
    if (!versions.insert(share.version).second) {
      return Refuse("serving", "names version '" + share.version +
                                   "' twice; expected each once");
    }
    if (share.percent < 1 || share.percent > kAll) {
      return Refuse("serving", "gives version '" + share.version + "' " +
                                   std::to_string(share.percent) +
                                   " percent; expected 1 to 100");
    }
    total += share.percent;
  }
  if (total != kAll) {
    return Refuse("serving", "adds up to " + std::to_string(total) +
                                 " percent; expected 100");
  }
  if (split.shadows.size() > 1) {
    return Refuse("shadows", "has " + std::to_string(split.shadows.size()) +
                                 " versions; expected at most 1");
  }
  for (const TrafficShare& share : split.shadows) {
    if (share.version.empty() || share.percent < 1 || share.percent > kAll) {
      return Refuse("shadows", "gives version '" + share.version + "' " +
                                   std::to_string(share.percent) +
                                   " percent; expected 1 to 100");
    }
    if (versions.contains(share.version)) {
      return Refuse("shadows", "version '" + share.version +
                                   "' serves; expected another one");
    }
  }
  return Status();
}

// FNV-1a (Fowler, Noll, Vo) reads the key byte by byte, in an order that is the
// same on every machine; but keys that differ in their last byte only differ in
// few bits of its hash. The finalizer of MurmurHash3 (Appleby) then spreads
// each bit over all, so that the remainder is even over "user-1", "user-2" and
// so on.
std::uint32_t KeyPosition(std::string_view key, std::uint64_t seed) {
  std::uint64_t hash = 0xcbf29ce484222325u ^ seed;
  for (const char c : key) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdu;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53u;
  hash ^= hash >> 33;
  return static_cast<std::uint32_t>(hash % kPositions);
}

std::size_t ShareOf(std::uint32_t position,
                    const std::vector<unsigned>& percents) {
  std::uint32_t end = 0;
  for (std::size_t i = 0; i + 1 < percents.size(); ++i) {
    end += percents[i] * (kPositions / kAll);
    if (position < end) return i;
  }
  return percents.size() - 1;
}

}  // namespace emotion
