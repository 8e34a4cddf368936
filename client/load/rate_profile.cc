#include "client/load/rate_profile.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "client/load/number_text.h"

namespace emotion::load {
namespace {

constexpr double kHighestRate = 1e7;

Status BadRate(const std::string& what) {
  return Status(StatusCode::kInvalidArgument, what).WithField("rate");
}

double Arrivals(const RateProfile::Piece& piece) {
  return (piece.from + piece.to) / 2 * piece.seconds;
}

bool IsRate(double rate) { return rate >= 0 && rate <= kHighestRate; }

}  // namespace

Result<RateProfile> RateProfile::Create(std::vector<Piece> pieces) {
  if (pieces.empty()) return BadRate("is empty: expected a rate");
  for (const Piece& piece : pieces) {
    if (!(piece.seconds > 0) || !std::isfinite(piece.seconds)) {
      return BadRate("has a part without length");
    }
    if (!IsRate(piece.from) || !IsRate(piece.to) || Arrivals(piece) <= 0) {
      return BadRate(
          "is out of range: expected more than 0, at most "
          "10000000 requests a second");
    }
  }
  RateProfile profile;
  profile.pieces_ = std::move(pieces);
  return profile;
}

Result<RateProfile> RateProfile::Constant(double rate, double seconds) {
  return Create({{seconds, rate, rate}});
}

Result<RateProfile> RateProfile::Ramp(std::string_view text, double seconds) {
  const std::size_t colon = text.find(':');
  const auto from = ParseNumber(text.substr(0, colon));
  const auto to = colon == std::string_view::npos
                      ? std::nullopt
                      : ParseNumber(text.substr(colon + 1));
  if (!from || !to) {
    return BadRate("is \"" + std::string(text) + "\": expected FROM:TO");
  }
  return Create({{seconds, *from, *to}});
}

Result<RateProfile> RateProfile::Steps(std::string_view text, double seconds) {
  std::vector<Piece> pieces;
  for (std::string_view part : SplitAt(text, ',')) {
    const auto rate = ParseNumber(part);
    if (!rate) {
      return BadRate("is \"" + std::string(text) + "\": expected R1,R2,...");
    }
    pieces.push_back({0, *rate, *rate});
  }
  for (Piece& piece : pieces) {
    piece.seconds = seconds / static_cast<double>(pieces.size());
  }
  return Create(std::move(pieces));
}

std::optional<double> RateProfile::TimeOf(double arrivals) const {
  double before = 0;
  for (const Piece& piece : pieces_) {
    const double here = Arrivals(piece);
    if (arrivals < here) {
      const double slope = (piece.to - piece.from) / piece.seconds;
      const double root = std::sqrt(
          std::max(0.0, piece.from * piece.from + 2 * slope * arrivals));
      const double divisor = piece.from + root;
      return before + (divisor > 0 ? 2 * arrivals / divisor : 0);
    }
    arrivals -= here;
    before += piece.seconds;
  }
  return std::nullopt;
}

double RateProfile::Seconds() const {
  double seconds = 0;
  for (const Piece& piece : pieces_) seconds += piece.seconds;
  return seconds;
}

double RateProfile::MeanRate() const {
  double arrivals = 0;
  for (const Piece& piece : pieces_) arrivals += Arrivals(piece);
  return arrivals / Seconds();
}

}  // namespace emotion::load
