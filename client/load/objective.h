#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/load/hdr_histogram.h"
#include "common/result.h"

namespace emotion::load {

// What a run showed, as far as objectives ask.
struct Measured {
  // In nanoseconds.
  const HdrHistogram& response;
  const HdrHistogram& service;
  // Parts of all requests that ended, 0 to 1.
  double error_share = 0;
  double late_share = 0;
  // Good answers a second.
  double rate = 0;
};

// What a server has to keep: "p99<50ms,errors<0.1%". All parts must hold.
//   p50 ... p99.99, mean, max     response time, with ns, us, ms, s
//   service.p99 and so on         service time
//   errors, late                  share of requests, "0.1%" or 0.001
//   rate                          good answers a second, with ">"
// A value type; pure.
class Objective {
 public:
  // INVALID_ARGUMENT has the field "objective", names the part at fault and
  // names what was expected.
  static Result<Objective> Parse(std::string_view text);

  // False when nothing was measured: silence meets no objective.
  bool IsMet(const Measured& measured) const;

  // The tightest limit on a response time, which makes an answer good (for
  // goodput); nothing if there is none.
  std::optional<std::chrono::nanoseconds> ResponseLimit() const;

  const std::string& text() const { return text_; }

 private:
  enum class Figure { kPercentile, kMean, kMax, kErrors, kLate, kRate };
  struct Part {
    Figure figure = Figure::kPercentile;
    bool of_service = false;
    double percentile = 0;
    // Nanoseconds, a share, or a rate.
    double limit = 0;
  };

  static std::optional<Part> ParsePart(std::string_view text);
  static bool Holds(const Part& part, const Measured& measured);

  std::string text_;
  std::vector<Part> parts_;
};

}  // namespace emotion::load
