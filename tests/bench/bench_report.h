#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace emotion::bench {

// Several runs of one thing.
struct Spread {
  double median = 0;
  double lowest = 0;
  double highest = 0;
};

// REQUIRES: at least one value.
Spread SpreadOf(std::vector<double> values);

nlohmann::json ToJson(const Spread& spread);

// "1.23 (1.10 to 1.30)"
std::string SpreadText(const Spread& spread, int digits);

// A table as Markdown, numbers already written.
std::string MarkdownTable(const std::vector<std::string>& head,
                          const std::vector<std::vector<std::string>>& rows);

// With so many digits after the point.
std::string Fixed(double value, int digits);

// Processor, cores, memory, kernel and compiler, and whether this build is
// optimised: what a reader of figures must know.
nlohmann::json DescribeMachine();

}  // namespace emotion::bench
