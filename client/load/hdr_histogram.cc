#include "client/load/hdr_histogram.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>

namespace emotion::load {
namespace {

int HalfBits(int digits) {
  std::uint64_t distinct = 1;
  for (int i = 0; i < digits; ++i) distinct *= 10;
  return static_cast<int>(std::bit_width(distinct - 1));
}

}  // namespace

HdrHistogram::HdrHistogram(int significant_digits)
    : digits_(significant_digits), half_bits_(HalfBits(significant_digits)) {
  assert(significant_digits >= 1 && significant_digits <= 5);
}

std::size_t HdrHistogram::PlaceOf(std::uint64_t value) const {
  const int shift =
      std::max(0, static_cast<int>(std::bit_width(value)) - half_bits_ - 1);
  return (static_cast<std::size_t>(shift) << half_bits_) + (value >> shift);
}

std::uint64_t HdrHistogram::UpperEnd(std::size_t place) const {
  const std::size_t power = place >> half_bits_;
  const std::size_t shift = power < 2 ? 0 : power - 1;
  const std::uint64_t cell = place - (shift << half_bits_);
  return ((cell + 1) << shift) - 1;
}

void HdrHistogram::Record(std::uint64_t value, std::uint64_t times) {
  if (times == 0) return;
  value = std::min(value, kHighest);
  const std::size_t place = PlaceOf(value);
  if (place >= cells_.size()) cells_.resize(place + 1);
  cells_[place] += times;
  count_ += times;
  min_ = std::min(min_, value);
  max_ = std::max(max_, value);
  sum_ += static_cast<double>(value) * static_cast<double>(times);
}

void HdrHistogram::Merge(const HdrHistogram& other) {
  assert(digits_ == other.digits_);
  cells_.resize(std::max(cells_.size(), other.cells_.size()));
  for (std::size_t i = 0; i < other.cells_.size(); ++i) {
    cells_[i] += other.cells_[i];
  }
  count_ += other.count_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  sum_ += other.sum_;
}

std::uint64_t HdrHistogram::ValueAt(double percentile) const {
  if (count_ == 0) return 0;
  const double part = std::clamp(percentile, 0.0, 100.0) / 100;
  const auto rank = static_cast<std::uint64_t>(
      std::max(1.0, std::ceil(part * static_cast<double>(count_) - 1e-9)));
  std::uint64_t seen = 0;
  for (std::size_t place = 0; place < cells_.size(); ++place) {
    seen += cells_[place];
    if (seen >= rank) return std::min(UpperEnd(place), max_);
  }
  return max_;
}

std::uint64_t HdrHistogram::CountUpTo(std::uint64_t value) const {
  const std::size_t end =
      std::min(cells_.size(), PlaceOf(std::min(value, kHighest)) + 1);
  std::uint64_t seen = 0;
  for (std::size_t place = 0; place < end; ++place) seen += cells_[place];
  return seen;
}

double HdrHistogram::mean() const {
  return count_ == 0 ? 0 : sum_ / static_cast<double>(count_);
}

std::vector<HdrHistogram::Cell> HdrHistogram::Cells() const {
  std::vector<Cell> cells;
  for (std::size_t place = 0; place < cells_.size(); ++place) {
    if (cells_[place] != 0) cells.emplace_back(place, cells_[place]);
  }
  return cells;
}

HdrHistogram HdrHistogram::FromCells(int significant_digits,
                                     const std::vector<Cell>& cells) {
  HdrHistogram histogram(significant_digits);
  for (const auto& [place, times] : cells) {
    histogram.Record(histogram.UpperEnd(place), times);
  }
  return histogram;
}

std::size_t HdrHistogram::CellLimit(int significant_digits) {
  return HdrHistogram(significant_digits).PlaceOf(kHighest) + 1;
}

}  // namespace emotion::load
