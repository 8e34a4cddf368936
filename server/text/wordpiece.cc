#include "server/text/wordpiece.h"

#include <algorithm>
#include <numeric>

namespace emotion {
namespace {

constexpr std::int32_t kNoPiece = -1;
constexpr std::uint32_t kRoot = 0;

// The sorted pieces from `begin` to `end` share their first `depth` bytes.
struct Range {
  std::size_t begin;
  std::size_t end;
  std::size_t depth;
};

}  // namespace

WordPiece::WordPiece(std::span<const std::string> pieces, std::int32_t unknown,
                     std::size_t max_characters)
    : unknown_(unknown), max_characters_(max_characters) {
  std::vector<std::int32_t> order(pieces.size());
  std::iota(order.begin(), order.end(), 0);
  const auto piece = [&](std::size_t rank) -> const std::string& {
    return pieces[static_cast<std::size_t>(order[rank])];
  };
  std::sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
    return pieces[static_cast<std::size_t>(a)] <
           pieces[static_cast<std::size_t>(b)];
  });

  // Node n is the n-th range; each range appends those of its children.
  std::vector<Range> nodes{{0, pieces.size(), 0}};
  bytes_.push_back(0);
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    Range rest = nodes[n];
    ids_.push_back(kNoPiece);
    first_child_.push_back(static_cast<Node>(nodes.size()));
    while (rest.begin < rest.end && piece(rest.begin).size() == rest.depth) {
      if (rest.depth > 0) ids_.back() = order[rest.begin];
      ++rest.begin;
    }
    while (rest.begin < rest.end) {
      const char byte = piece(rest.begin)[rest.depth];
      std::size_t end = rest.begin + 1;
      while (end < rest.end && piece(end)[rest.depth] == byte) ++end;
      bytes_.push_back(static_cast<std::uint8_t>(byte));
      nodes.push_back({rest.begin, end, rest.depth + 1});
      rest.begin = end;
    }
  }
  first_child_.push_back(static_cast<Node>(nodes.size()));
  inside_ = Find("##");
}

std::optional<WordPiece::Node> WordPiece::Child(Node node, char byte) const {
  const auto begin = bytes_.begin() + first_child_[node];
  const auto end = bytes_.begin() + first_child_[node + 1];
  const auto wanted = static_cast<std::uint8_t>(byte);
  const auto found = std::lower_bound(begin, end, wanted);
  if (found == end || *found != wanted) return std::nullopt;
  return static_cast<Node>(found - bytes_.begin());
}

std::optional<WordPiece::Node> WordPiece::Find(std::string_view text) const {
  std::optional<Node> node = kRoot;
  for (const char byte : text) {
    node = Child(*node, byte);
    if (!node) return std::nullopt;
  }
  return node;
}

void WordPiece::Append(std::string_view word, std::size_t characters,
                       std::vector<std::int32_t>& ids) const {
  if (characters > max_characters_) return ids.push_back(unknown_);
  const std::size_t before = ids.size();
  std::optional<Node> start = kRoot;
  for (std::size_t begin = 0; begin < word.size(); start = inside_) {
    std::int32_t longest = kNoPiece;
    std::size_t end = begin;
    std::optional<Node> node = start;
    for (std::size_t i = begin; node && i < word.size(); ++i) {
      node = Child(*node, word[i]);
      if (!node || ids_[*node] == kNoPiece) continue;
      longest = ids_[*node];
      end = i + 1;
    }
    if (longest == kNoPiece) {
      ids.resize(before);
      return ids.push_back(unknown_);
    }
    ids.push_back(longest);
    begin = end;
  }
}

}  // namespace emotion
