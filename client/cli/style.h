#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace emotion::client {

// Small things for the eye. Pure functions.

// A face for the label, 😐 for others; 💬 for labels it does not know.
std::string_view Emoji(std::string_view label);

// `text` in the label's colour by an ANSI escape, or as it is when `colours`
// is false or the label has no colour.
std::string Coloured(std::string_view text, std::string_view label,
                     bool colours);

// A bar of `width` cells, filled from the left to `part` (0 to 1) in eighths
// of a cell and padded with spaces.
std::string Bar(double part, std::size_t width);

// `text` (well-formed UTF-8) fit for one line of a terminal: control
// characters become spaces, and beyond `max_characters` code points it ends
// with "…".
std::string OneLine(std::string_view text, std::size_t max_characters);

// "0.970": `decimals` digits after the point, in every locale.
std::string Fixed(double number, int decimals);

}  // namespace emotion::client
