#pragma once

#include <string>
#include <vector>

namespace emotion::load {

// The parts that every report is made of. Pure functions; text is escaped here
// but for `body` and what is called html.

// A whole page with its style; `body` is HTML.
std::string HtmlPage(const std::string& title, const std::string& body);

// A figure with a name under it: the large numbers at the top.
std::string HtmlTile(const std::string& figure, const std::string& name);

// "8.15 ms", "24.0 ms".
std::string TimeText(double ms);

// Sentences that must not be overlooked.
std::string HtmlWarnings(const std::vector<std::string>& warnings);

// The first row is the head; the first column is text, and so are the others
// unless they are `numbers`.
std::string HtmlTable(const std::vector<std::vector<std::string>>& rows,
                      bool numbers = true);

}  // namespace emotion::load
