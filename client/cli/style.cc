#include "client/cli/style.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace emotion::client {
namespace {

struct Look {
  std::string_view label;
  std::string_view emoji;
  std::string_view colour;
};

constexpr std::array<Look, 4> kLooks = {{{"others", "😐", ""},
                                         {"happy", "😊", "\x1b[33m"},
                                         {"sad", "😢", "\x1b[34m"},
                                         {"angry", "😠", "\x1b[31m"}}};
constexpr Look kUnknown = {"", "💬", ""};

const Look& Find(std::string_view label) {
  const auto found = std::ranges::find(kLooks, label, &Look::label);
  return found == kLooks.end() ? kUnknown : *found;
}

std::size_t CharacterBytes(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte < 0x80) return 1;
  if (byte < 0xE0) return 2;
  return byte < 0xF0 ? 3 : 4;
}

// C0, DEL, and C1, which is C2 80 to C2 9F in UTF-8.
bool IsControl(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
}

}  // namespace

std::string_view Emoji(std::string_view label) { return Find(label).emoji; }

std::string Coloured(std::string_view text, std::string_view label,
                     bool colours) {
  const std::string_view colour = Find(label).colour;
  if (!colours || colour.empty()) return std::string(text);
  return std::string(colour).append(text).append("\x1b[0m");
}

std::string Bar(double part, std::size_t width) {
  static constexpr std::array<std::string_view, 8> kEighths = {
      "", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths = static_cast<std::size_t>(
      std::lround(std::clamp(part, 0.0, 1.0) * static_cast<double>(width) * 8));
  std::string bar;
  for (std::size_t i = 0; i < eighths / 8; ++i) bar += "█";
  bar += kEighths[eighths % 8];
  bar.append(width - (eighths + 7) / 8, ' ');
  return bar;
}

std::string OneLine(std::string_view text, std::size_t max_characters) {
  std::string line;
  std::size_t characters = 0;
  while (!text.empty()) {
    if (++characters > max_characters) return line + "…";
    const std::string_view next = text.substr(0, CharacterBytes(text[0]));
    line += IsControl(next) ? " " : next;
    text.remove_prefix(next.size());
  }
  return line;
}

std::string Fixed(double number, int decimals) {
  std::array<char, 64> buffer;
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                    std::chars_format::fixed, decimals);
  return error == std::errc() ? std::string(buffer.data(), end) : "?";
}

}  // namespace emotion::client
