#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace emotion {

// BERT's second half: cuts a word into pieces of a vocabulary, always the
// longest that fits: "playing" into "play" "##ing". A word of which some part
// fits no piece, or that has too many characters, is one [UNK].
//
// The pieces stand in a trie, laid out flat in breadth-first order: the
// children of a node lie side by side, and a node's place is its number. One
// walk finds the longest piece, so a word of n bytes costs at most n times the
// bytes of the longest piece, whatever the size of the vocabulary.
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

  std::optional<Node> Child(Node node, char byte) const;
  std::optional<Node> Find(std::string_view text) const;

  // The children of node n are the nodes first_child_[n] to
  // first_child_[n + 1], in the order of their byte.
  std::vector<Node> first_child_;
  // The byte that leads to node n.
  std::vector<std::uint8_t> bytes_;
  // The piece that ends at node n, or -1.
  std::vector<std::int32_t> ids_;
  // Where pieces begin that go on inside a word: after "##".
  std::optional<Node> inside_;
  std::int32_t unknown_;
  std::size_t max_characters_;
};

}  // namespace emotion
