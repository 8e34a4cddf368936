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

// Lays the trie out in a double array (Aoe, "An efficient digital search
// algorithm by using a double-array structure", 1989). Sorting the pieces puts
// those that share their first bytes side by side, so a node is a range of the
// sorted pieces and a depth, and its children are the runs of equal bytes at
// that depth. Nodes are placed breadth first: each takes the first base at
// which the cells of all its children are free. The trie itself never exists.
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

  // First fit from a fixed distance before the end: a search from the beginning
  // would be quadratic, because the front is nearly full.
  //
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

// Greedy longest match first, as in BERT's reference: of all pieces that the
// rest of the word begins with, the longest is taken, and the search goes on
// behind it among the pieces that begin with "##". The reference tries every
// length from the longest down and looks each up in a hash table; here one walk
// down the trie passes all of them and remembers the last node at which a piece
// ended. There is no way back: if nothing fits, the whole word is [UNK],
// although other cuts might have succeeded.
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
