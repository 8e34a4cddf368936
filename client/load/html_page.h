#pragma once

#include <map>
#include <string>
#include <vector>

namespace emotion::load {

// The parts that every report is made of. Pure functions; text is escaped here
// but for `body` and what is called html.

// A whole page with its style; `body` is HTML.
std::string HtmlPage(const std::string& title, const std::string& body);

// A figure with a name under it: the large numbers at the top.
std::string HtmlTile(const std::string& figure, const std::string& name);

// The first row is the head; the first column is text, the others numbers.
std::string HtmlTable(const std::vector<std::vector<std::string>>& rows);

}  // namespace emotion::load
