#include "server/text/wordpiece.h"

#include <algorithm>
#include <numeric>

namespace emotion {
namespace {

constexpr std::int32_t kNoPiece = -1;
constexpr std::size_t kBytes = 256;
// How far back from the end free cells are looked for: bounds the time that
// building takes, and leaves few cells empty.
constexpr std::size_t kLookBack = 4096;

}  // namespace

// Lays the trie out; the pieces that share their first bytes stand side by side
// once they are sorted.
class WordPiece::Builder {
 public:
  Builder(std::span<const std::string> pieces, std::vector<Cell>& cells)
      : pieces_(pieces), order_(pieces.size()), cells_(cells) {
    std::iota(order_.begin(), order_.end(), 0);
    std::sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
      return pieces_[a] < pieces_[b];
    });
  }

  void Run() {
    cells_.assign(1 + kBytes, kFree);
    cells_[kRoot].parent = kRoot;
    std::vector<Range> open{{kRoot, 0, pieces_.size(), 0}};
    for (std::size_t n = 0; n < open.size(); ++n) Place(Range(open[n]), open);
  }

 private:
  // The pieces from `begin` to `end` share their first `depth` bytes, which
  // lead to `node`.
  struct Range {
    Node node;
    std::size_t begin;
    std::size_t end;
    std::size_t depth;
  };

  static constexpr Cell kFree{kNone, 0, kNoPiece};

  const std::string& Piece(std::size_t rank) const {
    return pieces_[order_[rank]];
  }

  // Puts the children of a node in free cells and opens them.
  void Place(Range rest, std::vector<Range>& open) {
    while (rest.begin < rest.end && Piece(rest.begin).size() == rest.depth) {
      if (rest.depth > 0) {
        cells_[rest.node].id = static_cast<std::int32_t>(order_[rest.begin]);
      }
      ++rest.begin;
    }
    if (rest.begin == rest.end) return;
    const std::size_t first_child = open.size();
    bytes_.clear();
    while (rest.begin < rest.end) {
      const char byte = Piece(rest.begin)[rest.depth];
      std::size_t end = rest.begin + 1;
      while (end < rest.end && Piece(end)[rest.depth] == byte) ++end;
      bytes_.push_back(static_cast<std::uint8_t>(byte));
      open.push_back({kNone, rest.begin, end, rest.depth + 1});
      rest.begin = end;
    }
    const std::size_t base = FreeBase();
    cells_.resize(std::max(cells_.size(), base + 2 * kBytes), kFree);
    cells_[rest.node].base = static_cast<Node>(base);
    for (std::size_t i = 0; i < bytes_.size(); ++i) {
      cells_[base + bytes_[i]].parent = rest.node;
      open[first_child + i].node = static_cast<Node>(base + bytes_[i]);
    }
  }

  // A base over 0, so that no child stands where the root does, by which all of
  // bytes_ lead to free cells.
  std::size_t FreeBase() const {
    const std::size_t size = cells_.size();
    std::size_t base = size > kLookBack ? size - kLookBack : 1;
    const auto taken = [&](std::uint8_t byte) {
      return base + byte < size && cells_[base + byte].parent != kNone;
    };
    while (std::any_of(bytes_.begin(), bytes_.end(), taken)) ++base;
    return base;
  }

  std::span<const std::string> pieces_;
  std::vector<std::size_t> order_;
  std::vector<Cell>& cells_;
  // Of the node at hand.
  std::vector<std::uint8_t> bytes_;
};

WordPiece::WordPiece(std::span<const std::string> pieces, std::int32_t unknown,
                     std::size_t max_characters)
    : unknown_(unknown), max_characters_(max_characters) {
  Builder(pieces, cells_).Run();
  for (const char byte : {'#', '#'}) {
    if (inside_ != kNone) inside_ = Child(inside_, byte);
  }
}

void WordPiece::Append(std::string_view word, std::size_t characters,
                       std::vector<std::int32_t>& ids) const {
  if (characters > max_characters_) return ids.push_back(unknown_);
  const std::size_t before = ids.size();
  Node start = kRoot;
  for (std::size_t begin = 0; begin < word.size(); start = inside_) {
    std::int32_t longest = kNoPiece;
    std::size_t end = begin;
    Node node = start;
    for (std::size_t i = begin; node != kNone && i < word.size(); ++i) {
      node = Child(node, word[i]);
      if (node == kNone || cells_[node].id == kNoPiece) continue;
      longest = cells_[node].id;
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
