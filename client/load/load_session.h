#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "client/cli/input_dialogue.h"
#include "client/load/answer_check.h"
#include "client/load/arrivals.h"
#include "client/load/load_result.h"
#include "client/load/load_run.h"
#include "client/load/objective.h"
#include "client/load/rate_profile.h"
#include "client/load/rate_search.h"
#include "client/load/recorder.h"
#include "client/load/transport.h"
#include "common/clock.h"
#include "common/result.h"

namespace emotion::load {

struct SessionOptions {
  // Exactly one of these three says how requests come.
  std::size_t concurrency = 0;
  std::optional<RateProfile> profile;
  std::optional<std::vector<Clock::Duration>> trace;

  SpacingOptions spacing;
  RequestMix mix;
  // Dialogues are drawn, not taken in order.
  bool sampled = false;
  std::uint64_t seed = 1;
  // Of a closed loop; the others know their own.
  Clock::Duration duration{std::chrono::seconds(30)};
  // The warm-up ends when three slots in a row have service medians within
  // 10 %, or now; 0 is no warm-up.
  Clock::Duration warmup_limit{std::chrono::seconds(15)};
  Clock::Duration late_after{std::chrono::milliseconds(1)};
  std::optional<Objective> objective;
  // Of each run of a search or a curve; each begins with a second that does
  // not count.
  Clock::Duration trial_duration{std::chrono::seconds(5)};
};

// Where a session stands; called on the thread that sends.
struct SessionHooks {
  // A phase begins: "warm-up", "run", "end", or "trial at 120/s"; it must be
  // quick. Before "run" comes "ready", without a recorder, which may take its
  // time.
  std::function<void(const std::string& phase,
                     std::shared_ptr<const Recorder> recorder)>
      on_phase;
  // Whether someone wants the run to end early; may be empty.
  std::function<bool()> stop_asked;
};

// The runs of one call of the generator: warm-up, measured run, search. Not
// thread-safe.
class LoadSession {
 public:
  // `dialogues` are those that `transport` was made with, not empty. All must
  // outlive this.
  LoadSession(SessionOptions options,
              const std::vector<client::InputDialogue>& dialogues,
              Transport& transport, Clock& clock, SessionHooks hooks);

  // Warms up and measures once. Settings, server and generator are left to the
  // caller. INVALID_ARGUMENT names the option at fault.
  Result<LoadResult> Measure();

  // One short run at each rate, in order.
  Result<std::vector<CurvePoint>> Curve(const std::vector<double>& rates);

  // Searches the highest rate that meets the objective; adds all trials to
  // `curve`. Response times count from the intended instant, so a generator
  // that is late finds a lower rate, never a higher one. REQUIRES:
  // options.objective.
  Result<RateSearchOutcome> Search(const RateSearchOptions& search,
                                   std::vector<CurvePoint>& curve);

  // Measure() at this rate from now on.
  void SetRate(const RateProfile& profile);

 private:
  using Phase = std::function<void(std::shared_ptr<Recorder>)>;

  Result<std::unique_ptr<Arrivals>> MakeRunArrivals() const;
  Result<double> WarmupRate() const;
  std::shared_ptr<Recorder> NewRecorder(Clock::Duration duration,
                                        AnswerCheck* check);
  Status WarmUp(LoadResult& result);
  Result<CurvePoint> Trial(double rate);
  Clock::Duration PlannedDuration() const;
  bool StopAsked() const { return hooks_.stop_asked && hooks_.stop_asked(); }
  void ReportPhase(const std::string& phase,
                   std::shared_ptr<const Recorder> recorder);

  SessionOptions options_;
  Transport& transport_;
  Clock& clock_;
  const SessionHooks hooks_;
  AnswerCheck check_;
  LoadRun run_;
  std::uint64_t trials_ = 0;
};

}  // namespace emotion::load
