#include "client/load/load_runner.h"

#include <atomic>
#include <ctime>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "client/load/fetch_metrics.h"
#include "client/load/generator_watch.h"
#include "client/load/grpc_transport.h"
#include "client/load/metrics_page.h"
#include "client/load/repeated_task.h"
#include "client/load/session_flags.h"
#include "client/load/summary.h"
#include "client/load/target_flags.h"
#include "client/load/units.h"

namespace emotion::load {
namespace {

constexpr std::chrono::seconds kConnectPatience{5};
constexpr std::chrono::seconds kScrapeInterval{1};
constexpr std::chrono::milliseconds kScrapePatience{900};
constexpr std::chrono::milliseconds kLiveInterval{200};
// Until a result has a rate of its own to start a search from.
constexpr double kSearchStart = 50;

std::atomic<bool> stop_asked{false};

std::string Calendar(std::chrono::system_clock::time_point at) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

// What runs beside the sending thread: the live line, the scrapes of the
// server's metrics, and the watch over the generator itself.
class BackgroundTasks {
 public:
  BackgroundTasks(std::string metrics_address, const client::Console& console,
                  Clock& clock, GrpcTransport& transport)
      : metrics_address_(std::move(metrics_address)),
        console_(console),
        clock_(clock),
        generator_(clock, [&] { return transport.BusiestThreadSeconds(); }) {
    if (console.err_is_terminal) {
      live_.emplace(clock, kLiveInterval, [this] { ShowLine(); });
    }
    if (!metrics_address_.empty()) {
      scrapes_.emplace(clock, kScrapeInterval, [this] {
        if (measuring_.load()) Scrape();
      });
    }
  }

  void OnPhase(const std::string& phase,
               std::shared_ptr<const Recorder> recorder) {
    if (phase == "ready") {
      if (scrapes_) Scrape();
      generator_.Begin();
      measuring_ = true;
    } else if (phase == "end") {
      generator_.End();
      measuring_ = false;
    }
    std::lock_guard lock(mutex_);
    phase_ = phase;
    recorder_ = std::move(recorder);
    began_ = last_shown_ = clock_.Now();
    last_ok_ = 0;
  }

  void Finish(LoadResult& result) {
    if (scrapes_) {
      Scrape();
      scrapes_.reset();
      result.server = server_.View();
    }
    live_.reset();
    if (console_.err_is_terminal) console_.err << "\r\x1b[K" << std::flush;
    result.generator = generator_.View();
    result.generator.warnings = Bottlenecks(result, result.generator);
  }

 private:
  void ShowLine() {
    std::lock_guard lock(mutex_);
    if (!recorder_) return;
    const LiveFigures figures = recorder_->Live();
    const Clock::TimePoint now = clock_.Now();
    const double seconds = Seconds(now - last_shown_);
    const double rate =
        seconds > 0 ? static_cast<double>(figures.ok - last_ok_) / seconds : 0;
    last_shown_ = now;
    last_ok_ = figures.ok;
    console_.err << "\r\x1b[K" << LiveLine(phase_, now - began_, rate, figures)
                 << std::flush;
  }

  void Scrape() {
    const auto page = FetchMetrics(metrics_address_, kScrapePatience);
    std::lock_guard lock(mutex_);
    if (page.ok()) {
      server_.Add(MetricsPage(*page), clock_.Now());
    } else {
      server_.AddFailure();
    }
  }

  const std::string metrics_address_;
  const client::Console& console_;
  Clock& clock_;
  GeneratorWatch generator_;
  std::atomic<bool> measuring_{false};
  std::mutex mutex_;
  // All guarded by mutex_.
  ServerWatch server_;
  std::string phase_;
  std::shared_ptr<const Recorder> recorder_;
  Clock::TimePoint began_{};
  Clock::TimePoint last_shown_{};
  std::uint64_t last_ok_ = 0;
  // Last: their threads use all of the above.
  std::optional<RepeatedTask> live_;
  std::optional<RepeatedTask> scrapes_;
};

Result<LoadResult> RunSession(const LoadFlags& flags,
                              const SessionOptions& options,
                              const std::vector<double>& rates,
                              LoadSession& session) {
  auto curve = session.Curve(rates);
  if (!curve.ok()) return curve.status();
  std::optional<SearchResult> found;
  if (!flags.find_rate.empty()) {
    auto outcome = session.Search({.start = kSearchStart}, *curve);
    if (!outcome.ok()) return outcome.status();
    found = {flags.find_rate, outcome->rate, outcome->settled};
  }
  LoadResult result;
  if (!found || found->rate > 0) {
    if (found) {
      auto profile =
          RateProfile::Constant(found->rate, Seconds(options.duration));
      if (!profile.ok()) return profile.status();
      session.SetRate(*profile);
    }
    auto measured = session.Measure();
    if (!measured.ok()) return measured.status();
    result = *std::move(measured);
  }
  result.curve = *std::move(curve);
  result.search = found;
  return result;
}

}  // namespace

void AskLoadToStop() { stop_asked = true; }

Result<LoadResult> RunLoadFrom(const LoadFlags& flags,
                               const client::Console& console, Clock& clock) {
  const auto options = ToSessionOptions(flags);
  if (!options.ok()) return options.status();
  const auto rates = CurveRates(flags);
  if (!rates.ok()) return rates.status();
  const auto metrics = MetricsAddress(flags);
  if (!metrics.ok()) return metrics.status();
  const auto dialogues = LoadDialogues(flags, console.in);
  if (!dialogues.ok()) return dialogues.status();
  auto codec = MakeTargetCodec(flags, *dialogues);
  if (!codec.ok()) return codec.status();
  auto transport = GrpcTransport::Create(
      {flags.address, flags.connections, flags.threads}, *std::move(codec));
  if (!transport.ok()) return transport.status();
  if (Status status = (*transport)->Connect(kConnectPatience); !status.ok()) {
    return std::move(status).WithField(flags.address);
  }
  const std::string started_at = Calendar(clock.WallNow());
  BackgroundTasks background(*metrics, console, clock, **transport);
  LoadSession session(*options, *dialogues, **transport, clock,
                      {.on_phase =
                           [&](const std::string& phase,
                               std::shared_ptr<const Recorder> recorder) {
                             background.OnPhase(phase, std::move(recorder));
                           },
                       .stop_asked = [] { return stop_asked.load(); }});
  auto result = RunSession(flags, *options, *rates, session);
  if (!result.ok()) return result.status();
  result->started_at = started_at;
  result->settings = Settings(flags);
  background.Finish(*result);
  return result;
}

}  // namespace emotion::load
