#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace emotion::load {

// How the wanted rate changes over a run: straight pieces one after another.
// A value type; pure.
class RateProfile {
 public:
  // From one rate to another within so many seconds. Rates are requests per
  // second.
  struct Piece {
    double seconds;
    double from;
    double to;
  };

  // The same rate throughout.
  static Result<RateProfile> Constant(double rate, double seconds);
  // "50:400": from the first rate straight to the second.
  static Result<RateProfile> Ramp(std::string_view text, double seconds);
  // "100,200,400": these rates, each equally long.
  static Result<RateProfile> Steps(std::string_view text, double seconds);
  // INVALID_ARGUMENT unless each piece has a finite length above 0 and rates
  // from 0 to 10 million, not both 0; the field is "rate".
  static Result<RateProfile> Create(std::vector<Piece> pieces);

  // When, in seconds from the start, `arrivals` requests should have been sent:
  // the inverse of the rate's integral. Nothing after the end.
  std::optional<double> TimeOf(double arrivals) const;

  double RateAtStart() const { return pieces_.front().from; }
  // All requests of the run divided by its length.
  double MeanRate() const;
  double Seconds() const;

 private:
  std::vector<Piece> pieces_;
};

}  // namespace emotion::load
