#pragma once

#include <cstdint>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/load/rate_profile.h"
#include "common/clock.h"
#include "common/result.h"

namespace emotion::load {

// When requests should be sent in an open loop: instants that never depend on
// how the server does. Not thread-safe.
class Arrivals {
 public:
  virtual ~Arrivals() = default;

  // The next intended instant, from the start of the run; never before the
  // one before it. Nothing when the run is over.
  virtual std::optional<Clock::Duration> Next() = 0;
};

enum class Spacing {
  kConstant,  // Evenly.
  kPoisson,   // Independent arrivals: exponential gaps.
  kGamma,     // Gamma-distributed gaps: below shape 1 in bursts.
};

struct SpacingOptions {
  Spacing spacing = Spacing::kPoisson;
  // Of kGamma: the gaps' squared coefficient of variation is 1 / shape, so 1
  // is kPoisson and 0.25 comes in bursts. From 0.01 to 100.
  double gamma_shape = 0.25;
  // The same seed gives the same instants.
  std::uint64_t seed = 1;
};

// Gaps of mean 1, stretched so that the rate follows `profile` at every moment
// (time change of a renewal process). INVALID_ARGUMENT names gamma_shape.
Result<std::unique_ptr<Arrivals>> MakeArrivals(const SpacingOptions& options,
                                               RateProfile profile);

// The recorded instants as they are. REQUIRES: ascending.
std::unique_ptr<Arrivals> MakeReplay(std::vector<Clock::Duration> instants);

// Reads a trace: seconds from its start, one number a line, ascending; empty
// lines and lines that begin with # are skipped. `speed` 2 makes it twice as
// fast. INVALID_ARGUMENT has "name:line" as its field.
Result<std::vector<Clock::Duration>> ReadTrace(std::istream& in,
                                               const std::string& name,
                                               double speed);

}  // namespace emotion::load
