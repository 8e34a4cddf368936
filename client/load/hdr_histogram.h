#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace emotion::load {

// Counts of values over many orders of magnitude, each value kept to a fixed
// number of significant digits. The layout is Gil Tene's HdrHistogram: linear
// cells inside each power of two, so that recording is a shift and an
// increment. Values are nanoseconds here, but nothing depends on that.
//
// Precision: a value is distinguished from others to one part in 10^digits.
// Zero and small values are exact. Memory grows with the largest value
// recorded: with three digits 8 KiB for each power of two. Not thread-safe.
class HdrHistogram {
 public:
  // Greater values count as this one: a day in nanoseconds.
  static constexpr std::uint64_t kHighest = 86'400'000'000'000;

  // A cell that is not empty: its place, and how many values lie in it.
  using Cell = std::pair<std::size_t, std::uint64_t>;

  // REQUIRES: 1 <= significant_digits <= 5.
  explicit HdrHistogram(int significant_digits = 3);

  void Record(std::uint64_t value, std::uint64_t times = 1);

  // Adds all values of `other`, in place of recording them here. REQUIRES: the
  // same significant_digits().
  void Merge(const HdrHistogram& other);

  // The smallest recorded value that at least `percentile` (0 to 100) of all
  // values do not exceed, rounded up within the precision; 0 if empty.
  std::uint64_t ValueAt(double percentile) const;

  // How many values are at most `value`, give or take those that share its
  // cell.
  std::uint64_t CountUpTo(std::uint64_t value) const;

  std::uint64_t count() const { return count_; }
  // Exact; 0 if empty.
  std::uint64_t min() const { return count_ == 0 ? 0 : min_; }
  std::uint64_t max() const { return max_; }
  double mean() const;
  int significant_digits() const { return digits_; }

  // The histogram as a list, for a file. FromCells takes such a list back:
  // min, max and mean are then those of the cells' upper ends.
  // REQUIRES: places below CellLimit(significant_digits).
  std::vector<Cell> Cells() const;
  static HdrHistogram FromCells(int significant_digits,
                                const std::vector<Cell>& cells);
  static std::size_t CellLimit(int significant_digits);

 private:
  std::size_t PlaceOf(std::uint64_t value) const;
  // The greatest value of the cell.
  std::uint64_t UpperEnd(std::size_t place) const;

  int digits_;
  // Cells in the upper half of each power of two are 2^half_bits_.
  int half_bits_;
  std::vector<std::uint64_t> cells_;
  std::uint64_t count_ = 0;
  std::uint64_t min_ = UINT64_MAX;
  std::uint64_t max_ = 0;
  double sum_ = 0;
};

}  // namespace emotion::load
