#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace emotion {

// BERT's second half: cuts a word into pieces of a vocabulary, always the
// longest that fits: "playing" into "play" "##ing". A word of which some part
// fits no piece, or that has too many characters, is one [UNK].
//
// The pieces stand in a trie laid out as a double array (Aoe, 1989): the child
// of node n by byte b, if there is one, stands at base(n) + b and names n as
// its parent, so a step is one look. One walk finds the longest piece, so a
// word of n bytes costs at most n times the bytes of the longest piece,
// whatever the size of the vocabulary.
//
// Immutable: safe for any number of threads.
class WordPiece {
 public:
  // Piece i has id i; no piece other than "" may stand twice. `unknown` is the
  // id of [UNK]; words over `max_characters` code points become it.
  WordPiece(std::span<const std::string> pieces, std::int32_t unknown,
            std::size_t max_characters);

  // Appends the ids of `word`, which has `characters` code points.
  // REQUIRES: `word` is not empty.
  void Append(std::string_view word, std::size_t characters,
              std::vector<std::int32_t>& ids) const;

 private:
  using Node = std::uint32_t;

  struct Cell {
    Node parent;
    Node base;
    // The piece that ends here, or -1.
    std::int32_t id;
  };

  class Builder;

  // kNone if there is none.
  Node Child(Node node, char byte) const {
    const Node child = cells_[node].base + static_cast<std::uint8_t>(byte);
    return cells_[child].parent == node ? child : kNone;
  }

  static constexpr Node kNone = 0xFFFFFFFF;
  static constexpr Node kRoot = 0;

  // At least 256 cells follow each base.
  std::vector<Cell> cells_;
  // Where pieces begin that go on inside a word: after "##"; kNone if none do.
  Node inside_ = kRoot;
  std::int32_t unknown_;
  std::size_t max_characters_;
};

}  // namespace emotion
