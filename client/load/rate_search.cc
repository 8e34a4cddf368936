#include "client/load/rate_search.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>

namespace emotion::load {
namespace {

Status BadOption(const std::string& option, const std::string& expected) {
  return Status(StatusCode::kInvalidArgument,
                "is out of range: expected " + expected)
      .WithField(option);
}

class Search {
 public:
  Search(const RateSearchOptions& options, const MeasureRate& measure)
      : options_(options), measure_(measure) {}

  Result<RateSearchOutcome> Run() {
    double rate = options_.start;
    while (!settled_ && failure_.ok() && HasTrials()) {
      const auto met = Try(rate);
      if (!met) break;
      (*met ? low_ : high_) = rate;
      const auto next = NextRate();
      if (!next) break;
      rate = *next;
    }
    if (!failure_.ok()) return failure_;
    outcome_.settled = settled_;
    outcome_.rate = settled_ ? *low_ : BestConfirmed();
    return outcome_;
  }

 private:
  struct Votes {
    int met = 0;
    int missed = 0;
  };

  bool HasTrials() const {
    return outcome_.trials.size() < options_.max_trials;
  }

  std::optional<bool> Try(double rate) {
    Result<bool> met = measure_(rate);
    if (!met.ok()) {
      failure_ = met.status();
      return std::nullopt;
    }
    outcome_.trials.push_back({rate, *met});
    ++(*met ? votes_[rate].met : votes_[rate].missed);
    return *met;
  }

  // Nothing when trials run out or one fails.
  std::optional<bool> Confirm(double rate) {
    for (;;) {
      const Votes& votes = votes_[rate];
      if (votes.met >= options_.confirmations) return true;
      if (votes.missed >= options_.confirmations) return false;
      if (!HasTrials() || !Try(rate)) return std::nullopt;
    }
  }

  bool IsNarrow() const {
    return low_ && high_ && *high_ <= *low_ * (1 + options_.precision);
  }

  // Nothing when the search is over.
  std::optional<double> NextRate() {
    if (!high_) return Within(*low_ * step_);
    if (!low_) return Within(*high_ / step_);
    if (!IsNarrow()) return std::sqrt(*low_ * *high_);
    // From here on steps are small: the rate is near.
    step_ = 1 + 2 * options_.precision;
    const auto low_holds = Confirm(*low_);
    if (!low_holds) return std::nullopt;
    if (!*low_holds) {
      high_ = low_;
      low_.reset();
      return Within(*high_ / step_);
    }
    const auto high_holds = Confirm(*high_);
    if (!high_holds) return std::nullopt;
    if (*high_holds) {
      low_ = high_;
      high_.reset();
      return Within(*low_ * step_);
    }
    settled_ = true;
    return std::nullopt;
  }

  std::optional<double> Within(double rate) {
    const double edge = std::clamp(rate, options_.lowest, options_.highest);
    if (votes_.contains(edge)) {
      Confirm(edge);
      return std::nullopt;
    }
    return edge;
  }

  double BestConfirmed() const {
    double best = 0;
    for (const auto& [rate, votes] : votes_) {
      if (votes.met >= options_.confirmations && votes.met > votes.missed) {
        best = std::max(best, rate);
      }
    }
    return best;
  }

  const RateSearchOptions& options_;
  const MeasureRate& measure_;
  std::optional<double> low_;
  std::optional<double> high_;
  double step_ = 2;
  bool settled_ = false;
  std::map<double, Votes> votes_;
  Status failure_;
  RateSearchOutcome outcome_;
};

}  // namespace

Result<RateSearchOutcome> FindRate(const RateSearchOptions& options,
                                   const MeasureRate& measure) {
  if (!(options.lowest > 0 && options.lowest <= options.highest)) {
    return BadOption("lowest", "more than 0, at most highest");
  }
  if (!(options.start >= options.lowest && options.start <= options.highest)) {
    return BadOption("start", "a rate from lowest to highest");
  }
  if (!(options.precision >= 0.001 && options.precision <= 0.5)) {
    return BadOption("precision", "0.001 to 0.5");
  }
  if (options.confirmations < 1 || options.max_trials < 1) {
    return BadOption("confirmations", "at least 1, and max_trials too");
  }
  return Search(options, measure).Run();
}

}  // namespace emotion::load
