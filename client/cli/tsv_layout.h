#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "client/cli/input_dialogue.h"
#include "common/result.h"

namespace emotion::client {

// Which columns of a tab-separated file hold what. The first line decides for
// the whole file:
//   1. If all its cells are names out of id, turn1, turn2, turn3 and label (in
//      any case and order, each once, at least one turn), it is a header and
//      the columns are as it says.
//   2. Else with four or five columns it is EmoContext without a header: id,
//      turn1, turn2, turn3 and perhaps label.
//   3. Else with one to three columns all of them are turns, oldest first.
// Every further line must fit: as many columns as the header names, four or
// five, one to three. There is no quoting.
class TsvLayout {
 public:
  // Decides by the first line. INVALID_ARGUMENT, a sentence without file and
  // line, if it has more than five columns.
  static Result<TsvLayout> FromFirstLine(std::string_view line);

  // Whether the line given to FromFirstLine was a header and no dialogue.
  bool has_header() const { return !header_.empty(); }

  // Takes a line apart; id and label are empty if the file has none.
  // INVALID_ARGUMENT says how many columns there are and what was expected.
  Result<InputDialogue> Parse(std::string_view line) const;

 private:
  enum class Column { kId, kTurn1, kTurn2, kTurn3, kLabel };

  static std::optional<std::vector<Column>> ReadHeader(
      const std::vector<std::string_view>& cells);

  // Empty without a header.
  std::vector<Column> header_;
  bool emocontext_ = false;
};

}  // namespace emotion::client
