#include "client/cli/tsv_layout.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>

namespace emotion::client {
namespace {

std::vector<std::string_view> Split(std::string_view line) {
  std::vector<std::string_view> cells;
  for (;;) {
    const std::size_t tab = line.find('\t');
    cells.push_back(line.substr(0, tab));
    if (tab == std::string_view::npos) return cells;
    line.remove_prefix(tab + 1);
  }
}

Status Misfit(std::size_t columns, const std::string& expected) {
  return {StatusCode::kInvalidArgument,
          "has " + std::to_string(columns) + " tab-separated column" +
              (columns == 1 ? "" : "s") + ": expected " + expected};
}

}  // namespace

std::optional<std::vector<TsvLayout::Column>> TsvLayout::ReadHeader(
    const std::vector<std::string_view>& cells) {
  static constexpr std::array<std::string_view, 5> kNames = {
      "id", "turn1", "turn2", "turn3", "label"};
  std::vector<Column> columns;
  bool turns = false;
  for (std::string_view cell : cells) {
    std::string name(cell);
    for (char& c : name) {
      c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    const auto found = std::ranges::find(kNames, name);
    if (found == kNames.end()) return std::nullopt;
    const auto column = static_cast<Column>(found - kNames.begin());
    if (std::ranges::count(columns, column) != 0) return std::nullopt;
    turns = turns || (column != Column::kId && column != Column::kLabel);
    columns.push_back(column);
  }
  if (!turns) return std::nullopt;
  return columns;
}

Result<TsvLayout> TsvLayout::FromFirstLine(std::string_view line) {
  const auto cells = Split(line);
  TsvLayout layout;
  if (auto header = ReadHeader(cells)) {
    layout.header_ = std::move(*header);
  } else if (cells.size() > 5) {
    return Misfit(cells.size(),
                  "one to three turns, or id, three turns and perhaps a label");
  } else {
    layout.emocontext_ = cells.size() > kMaxInputTurns;
  }
  return layout;
}

Result<InputDialogue> TsvLayout::Parse(std::string_view line) const {
  const auto cells = Split(line);
  const std::size_t count = cells.size();
  InputDialogue dialogue;
  if (has_header()) {
    if (count != header_.size()) {
      return Misfit(count,
                    std::to_string(header_.size()) + " as in the header");
    }
    std::array<std::optional<std::string_view>, kMaxInputTurns> turns;
    for (std::size_t i = 0; i < count; ++i) {
      if (header_[i] == Column::kId) dialogue.id = cells[i];
      if (header_[i] == Column::kLabel) dialogue.label = cells[i];
      if (header_[i] == Column::kTurn1) turns[0] = cells[i];
      if (header_[i] == Column::kTurn2) turns[1] = cells[i];
      if (header_[i] == Column::kTurn3) turns[2] = cells[i];
    }
    for (const auto& turn : turns) {
      if (turn) dialogue.turns.emplace_back(*turn);
    }
  } else if (emocontext_) {
    if (count != 4 && count != 5) {
      return Misfit(count, "id, three turns and perhaps a label");
    }
    dialogue.id = cells[0];
    dialogue.turns.assign(cells.begin() + 1, cells.begin() + 4);
    if (count == 5) dialogue.label = cells[4];
  } else {
    if (count > kMaxInputTurns) return Misfit(count, "one to three turns");
    dialogue.turns.assign(cells.begin(), cells.end());
  }
  return dialogue;
}

}  // namespace emotion::client
