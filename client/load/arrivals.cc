#include "client/load/arrivals.h"

#include <cmath>
#include <random>
#include <utility>

#include "client/load/number_text.h"

namespace emotion::load {
namespace {

Clock::Duration Seconds(double seconds) {
  return Clock::Duration(std::llround(seconds * 1e9));
}

class RenewalArrivals final : public Arrivals {
 public:
  RenewalArrivals(const SpacingOptions& options, RateProfile profile)
      : spacing_(options.spacing),
        profile_(std::move(profile)),
        random_(options.seed),
        gamma_(options.gamma_shape, 1 / options.gamma_shape) {}

  std::optional<Clock::Duration> Next() override {
    if (spacing_ != Spacing::kConstant || started_) arrived_ += Gap();
    started_ = true;
    const auto time = profile_.TimeOf(arrived_);
    if (!time) return std::nullopt;
    return Seconds(*time);
  }

 private:
  double Gap() {
    switch (spacing_) {
      case Spacing::kPoisson:
        return exponential_(random_);
      case Spacing::kGamma:
        return gamma_(random_);
      case Spacing::kConstant:
        break;
    }
    return 1;
  }

  const Spacing spacing_;
  const RateProfile profile_;
  std::mt19937_64 random_;
  std::exponential_distribution<double> exponential_;
  std::gamma_distribution<double> gamma_;
  double arrived_ = 0;
  bool started_ = false;
};

class Replay final : public Arrivals {
 public:
  explicit Replay(std::vector<Clock::Duration> instants)
      : instants_(std::move(instants)) {}

  std::optional<Clock::Duration> Next() override {
    if (next_ == instants_.size()) return std::nullopt;
    return instants_[next_++];
  }

 private:
  const std::vector<Clock::Duration> instants_;
  std::size_t next_ = 0;
};

}  // namespace

Result<std::unique_ptr<Arrivals>> MakeArrivals(const SpacingOptions& options,
                                               RateProfile profile) {
  if (!(options.gamma_shape >= 0.01 && options.gamma_shape <= 100)) {
    return Status(StatusCode::kInvalidArgument,
                  "is " + std::to_string(options.gamma_shape) +
                      ": expected 0.01 to 100")
        .WithField("gamma_shape");
  }
  return std::unique_ptr<Arrivals>(
      std::make_unique<RenewalArrivals>(options, std::move(profile)));
}

std::unique_ptr<Arrivals> MakeReplay(std::vector<Clock::Duration> instants) {
  return std::make_unique<Replay>(std::move(instants));
}

Result<std::vector<Clock::Duration>> ReadTrace(std::istream& in,
                                               const std::string& name,
                                               double speed) {
  std::vector<Clock::Duration> instants;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() || line.front() == '#') continue;
    const auto seconds = ParseNumber(line);
    const bool in_range = seconds && *seconds >= 0 && *seconds < 1e9;
    const auto instant = in_range ? Seconds(*seconds / speed) : Seconds(-1);
    if (!in_range || (!instants.empty() && instant < instants.back())) {
      return Status(StatusCode::kInvalidArgument,
                    "expected seconds from the start, not before the line "
                    "above")
          .WithField(name + ':' + std::to_string(number));
    }
    instants.push_back(instant);
  }
  if (instants.empty()) {
    return Status(StatusCode::kInvalidArgument, "holds no instant")
        .WithField(name);
  }
  return instants;
}

}  // namespace emotion::load
