#include "client/load/load_session.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "client/load/units.h"

namespace emotion::load {
namespace {

constexpr std::size_t kSteadySlots = 3;
constexpr double kSteadyWithin = 0.1;

}  // namespace

LoadSession::LoadSession(SessionOptions options,
                         const std::vector<client::InputDialogue>& dialogues,
                         Transport& transport, Clock& clock, SessionHooks hooks)
    : options_(std::move(options)),
      transport_(transport),
      clock_(clock),
      hooks_(std::move(hooks)),
      check_(dialogues),
      run_(options_.mix,
           DialogueOrder(dialogues.size(), options_.sampled, options_.seed),
           options_.seed + 1, transport_, clock_) {}

void LoadSession::SetRate(const RateProfile& profile) {
  options_.concurrency = 0;
  options_.trace.reset();
  options_.profile = profile;
}

void LoadSession::ReportPhase(const std::string& phase,
                              std::shared_ptr<const Recorder> recorder) {
  if (hooks_.on_phase) hooks_.on_phase(phase, std::move(recorder));
}

std::shared_ptr<Recorder> LoadSession::NewRecorder(Clock::Duration duration,
                                                   AnswerCheck* check) {
  RecorderOptions options{.start = clock_.Now(),
                          .duration = duration,
                          .late_after = options_.late_after,
                          .good_within = {}};
  if (options_.objective) {
    options.good_within = options_.objective->ResponseLimit();
  }
  return std::make_shared<Recorder>(options, check);
}

Clock::Duration LoadSession::PlannedDuration() const {
  if (options_.trace) return options_.trace->back();
  if (!options_.profile) return options_.duration;
  return std::chrono::duration_cast<Clock::Duration>(
      std::chrono::duration<double>(options_.profile->Seconds()));
}

Result<std::unique_ptr<Arrivals>> LoadSession::MakeRunArrivals() const {
  if (options_.trace) return MakeReplay(*options_.trace);
  return MakeArrivals(options_.spacing, *options_.profile);
}

Result<double> LoadSession::WarmupRate() const {
  if (options_.profile) {
    const double first = options_.profile->RateAtStart();
    return first > 0 ? first : options_.profile->MeanRate();
  }
  const double seconds = std::max(1.0, Seconds(options_.trace->back()));
  return static_cast<double>(options_.trace->size()) / seconds;
}

Status LoadSession::WarmUp(LoadResult& result) {
  if (options_.warmup_limit <= Clock::Duration::zero()) return {};
  const Clock::TimePoint start = clock_.Now();
  const auto recorder = NewRecorder(options_.warmup_limit, nullptr);
  ReportPhase("warm-up", recorder);
  const auto keep_going = [&] {
    result.warmup_steady = IsSteady(recorder->SlotMedians(clock_.Now()),
                                    kSteadySlots, kSteadyWithin);
    return !result.warmup_steady && !StopAsked();
  };
  if (options_.concurrency > 0) {
    run_.RunClosed(start + options_.warmup_limit, options_.concurrency,
                   recorder, keep_going);
  } else {
    auto profile =
        RateProfile::Constant(*WarmupRate(), Seconds(options_.warmup_limit));
    if (!profile.ok()) return profile.status();
    SpacingOptions spacing = options_.spacing;
    ++spacing.seed;
    auto arrivals = MakeArrivals(spacing, *std::move(profile));
    if (!arrivals.ok()) return arrivals.status();
    run_.RunOpen(start, **arrivals, recorder, keep_going);
  }
  result.warmup_seconds = Seconds(clock_.Now() - start);
  return {};
}

Result<LoadResult> LoadSession::Measure() {
  LoadResult result;
  std::unique_ptr<Arrivals> arrivals;
  if (options_.concurrency == 0) {
    auto made = MakeRunArrivals();
    if (!made.ok()) return made.status();
    arrivals = *std::move(made);
  }
  if (Status status = WarmUp(result); !status.ok()) return status;
  check_.ResetCounts();
  ReportPhase("ready", nullptr);
  const Clock::TimePoint start = clock_.Now();
  const auto recorder = NewRecorder(PlannedDuration(), &check_);
  ReportPhase("run", recorder);
  const auto keep_going = [&] { return !StopAsked(); };
  if (arrivals) {
    run_.RunOpen(start, *arrivals, recorder, keep_going);
  } else {
    run_.RunClosed(start + options_.duration, options_.concurrency, recorder,
                   keep_going);
  }
  const double elapsed = Seconds(clock_.Now() - start);
  const double planned = Seconds(PlannedDuration());
  result.seconds = StopAsked() ? elapsed : std::max(elapsed, planned);
  ReportPhase("end", recorder);
  run_.Drain(Clock::TimePoint::max());
  recorder->Finish(result);
  return result;
}

Result<CurvePoint> LoadSession::Trial(double rate) {
  const Clock::Duration unmeasured = std::chrono::seconds(1);
  SpacingOptions spacing = options_.spacing;
  const auto phase = [&](Clock::Duration duration,
                         const std::shared_ptr<Recorder>& recorder) -> Status {
    auto profile = RateProfile::Constant(rate, Seconds(duration));
    if (!profile.ok()) return profile.status();
    spacing.seed = options_.spacing.seed + 2 + trials_++;
    auto arrivals = MakeArrivals(spacing, *std::move(profile));
    if (!arrivals.ok()) return arrivals.status();
    run_.RunOpen(clock_.Now(), **arrivals, recorder,
                 [&] { return !StopAsked(); });
    return {};
  };
  Status status = phase(unmeasured, NewRecorder(unmeasured, nullptr));
  if (!status.ok()) return status;
  const auto recorder = NewRecorder(options_.trial_duration, &check_);
  ReportPhase("trial at " + std::to_string(std::llround(rate)) + "/s",
              recorder);
  status = phase(options_.trial_duration, recorder);
  if (!status.ok()) return status;
  run_.Drain(Clock::TimePoint::max());
  if (StopAsked()) return Status(StatusCode::kCancelled, "was interrupted");
  LoadResult result;
  recorder->Finish(result);
  result.seconds = Seconds(options_.trial_duration);
  CurvePoint point{.offered_rate = rate,
                   .ok_rate = result.OkRate(),
                   .response_p50 = Ms(result.response, 50),
                   .response_p99 = Ms(result.response, 99),
                   .service_p99 = Ms(result.service, 99),
                   .error_share = result.counts.ErrorShare(),
                   .met = true,
                   .late_share = result.counts.LateShare()};
  if (options_.objective) {
    point.met = options_.objective->IsMet({result.response, result.service,
                                           point.error_share, point.late_share,
                                           point.ok_rate});
  }
  return point;
}

Result<std::vector<CurvePoint>> LoadSession::Curve(
    const std::vector<double>& rates) {
  std::vector<CurvePoint> curve;
  for (double rate : rates) {
    Result<CurvePoint> point = Trial(rate);
    if (!point.ok()) return point.status();
    curve.push_back(*point);
  }
  return curve;
}

Result<RateSearchOutcome> LoadSession::Search(const RateSearchOptions& search,
                                              std::vector<CurvePoint>& curve) {
  return FindRate(search, [&](double rate) -> Result<bool> {
    const Result<CurvePoint> point = Trial(rate);
    if (!point.ok()) return point.status();
    curve.push_back(*point);
    return point->met;
  });
}

}  // namespace emotion::load
