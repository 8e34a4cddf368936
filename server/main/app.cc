#include "server/main/app.h"

#include <condition_variable>
#include <iomanip>
#include <mutex>
#include <random>
#include <sstream>
#include <utility>

#include "server/engine/engine.h"
#include "server/inference/manifest.h"
#include "server/inference/torch_classifier.h"
#include "server/main/build_info.h"
#include "server/main/cpu_plan.h"
#include "server/main/encoder_options.h"
#include "server/main/model_choice.h"
#include "server/main/work_plan.h"
#include "server/metrics/metrics_server.h"
#include "server/metrics/prometheus_metrics.h"
#include "server/service/emotion_service.h"
#include "server/service/grpc_server.h"
#include "server/text/dialogue_encoder.h"

namespace emotion {
namespace {

// A fraction of the two seconds in which a server should be serving.
constexpr std::chrono::milliseconds kPlanBudget{500};

ModelInfo ToModelInfo(const Manifest& manifest, const std::string& precision) {
  return {manifest.name,
          manifest.model_version,
          manifest.labels,
          std::string(LayoutName(manifest.layout)),
          precision,
          manifest.traffic,
          manifest.sha256,
          manifest.limits.max_turns,
          manifest.limits.max_turn_bytes,
          manifest.limits.max_tokens};
}

std::string Milliseconds(Clock::Duration duration) {
  return std::to_string(
      std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

std::string Microseconds(Clock::Duration duration) {
  const double microseconds =
      std::chrono::duration<double, std::micro>(duration).count();
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << microseconds;
  return text.str();
}

// Returns at `until`; nobody notifies.
void WaitUntil(Clock& clock, Clock::TimePoint until) {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  while (clock.Now() < until) clock.WaitUntil(never, lock, until);
}

}  // namespace

App::App(const Config& config, Clock& clock, Log& log)
    : config_(config), clock_(clock), log_(log) {}

App::~App() { Stop(); }

Result<std::unique_ptr<App>> App::Start(const Config& config, Clock& clock,
                                        Log& log) {
  std::unique_ptr<App> app(new App(config, clock, log));
  Status status = app->OpenMetrics();
  if (status.ok()) status = app->LoadModel();
  if (status.ok()) status = app->OpenService();
  if (!status.ok()) return status;
  return app;
}

Status App::OpenMetrics() {
  MetricsFacts facts;
  // As many as there can be; how many there are is planned later.
  facts.workers =
      config_.batching.workers > 0 ? config_.batching.workers : UsableCpus();
  facts.queue_limit_items = config_.batching.max_queue_items;
  facts.methods = EmotionService::kMethods;
  facts.version = kBuildVersion;
  facts.commit = kBuildCommit;
  facts.compiler = kBuildCompiler;
  facts.libtorch = TorchClassifier::LibraryVersion();
  metrics_ = std::make_shared<PrometheusMetrics>(facts);
  auto server = MetricsServer::Create(config_.metrics, metrics_);
  if (!server.ok()) return std::move(server).status();
  metrics_server_ = *std::move(server);
  log_.Info("metrics open",
            {{"address", config_.metrics.address},
             {"port", std::to_string(metrics_server_->port())}});
  return Status();
}

Status App::LoadModel() {
  const Clock::TimePoint begin = clock_.Now();
  const std::filesystem::path& package = config_.classifier.model_directory;
  Result<Manifest> manifest = LoadManifest(package, config_.classifier.traffic);
  if (!manifest.ok()) return std::move(manifest).status();

  auto encoder = DialogueEncoder::Create(EncoderOptions(package, *manifest));
  if (!encoder.ok()) return std::move(encoder).status();
  encoder_ = *std::move(encoder);
  if (encoder_->vocabulary_size() != manifest->tokenizer.vocabulary_size) {
    return Status(StatusCode::kFailedPrecondition,
                  (package / "vocab.txt").string() + ": has " +
                      std::to_string(encoder_->vocabulary_size()) +
                      " pieces; the manifest expects " +
                      std::to_string(manifest->tokenizer.vocabulary_size));
  }

  const std::size_t cpus = UsableCpus();
  auto chosen =
      ChooseModel(config_.classifier, *manifest, *encoder_, cpus, log_);
  if (!chosen.ok()) return std::move(chosen).status();
  classifier_ = std::move(chosen->classifier);
  const Clock::Duration load_time = clock_.Now() - begin;
  PlanBatches(cpus, *manifest);

  model_ = ToModelInfo(*manifest, chosen->precision);
  metrics_->OnModelLoaded({model_.name, model_.version, model_.manifest_sha256,
                           model_.layout, model_.precision,
                           "libtorch " + TorchClassifier::LibraryVersion(),
                           model_.labels, load_time, batching_.workers});
  log_.Info("model ready", {{"name", model_.name},
                            {"version", model_.version},
                            {"layout", model_.layout},
                            {"precision", model_.precision},
                            {"traffic", model_.traffic},
                            {"milliseconds", Milliseconds(load_time)}});
  return Status();
}

void App::PlanBatches(std::size_t cpus, const Manifest& manifest) {
  std::vector<Encoding> dialogues;
  for (const GoldenDialogue& golden : manifest.golden) {
    dialogues.push_back({golden.token_ids, golden.segment_ids, {}, 0});
  }
  const Clock::TimePoint begin = clock_.Now();
  const WorkPlan plan =
      PlanWork(cpus, {config_.batching.workers, config_.classifier.threads},
               *classifier_, TorchClassifier::SetThreads, dialogues, clock_,
               kPlanBudget);
  batching_ = config_.batching;
  batching_.workers = plan.workers;
  batching_.cost = plan.cost;
  log_.Info("work planned",
            {{"cpus", std::to_string(cpus)},
             {"workers", std::to_string(plan.workers)},
             {"threads", std::to_string(plan.threads)},
             {"batch_us", Microseconds(plan.cost.fixed)},
             {"dialogue_us", Microseconds(plan.cost.per_item)},
             {"token_us", Microseconds(plan.cost.per_token)},
             {"milliseconds", Milliseconds(clock_.Now() - begin)}});
}

Status App::OpenService() {
  auto engine =
      Engine::Create(batching_, *encoder_, *classifier_, clock_,
                     metrics_->request_observer(), metrics_->batch_observer());
  if (!engine.ok()) return std::move(engine).status();
  engine_ = *std::move(engine);
  call_log_ = std::make_unique<CallLog>(log_, metrics_->rpc_observer());
  std::random_device seed;
  request_ids_ = std::make_unique<RequestIds>((std::uint64_t{seed()} << 32) |
                                              std::uint64_t{seed()});
  if (Status status = config_.service.Validate(); !status.ok()) return status;
  service_ = std::make_unique<EmotionService>(
      config_.service, model_, *engine_, metrics_->request_observer(),
      CallParts{.clock = clock_,
                .observer = *call_log_,
                .request_ids = *request_ids_});
  auto server =
      GrpcServer::Start(config_.listener,
                        {{.name = std::string(EmotionService::kName),
                          .service = *service_}},
                        clock_);
  if (!server.ok()) return std::move(server).status();
  server_ = *std::move(server);

  metrics_->WatchQueue([this] {
    const auto stats = engine_->queue_stats();
    return QueueStats{stats.items, stats.bulk_items, stats.tokens,
                      stats.oldest_age};
  });
  engine_->Open();
  server_->SetServing(true);
  metrics_->SetReady(true);
  log_.Info("serving", {{"address", server_->address()}});
  return Status();
}

void App::Stop() {
  if (!server_) return;
  log_.Info(
      "draining",
      {{"lame_duck_ms", std::to_string(config_.service.lame_duck.count())},
       {"drain_timeout_ms",
        std::to_string(config_.service.drain_timeout.count())}});
  metrics_->SetReady(false);
  metrics_->SetDraining(true);
  server_->SetServing(false);
  WaitUntil(clock_, clock_.Now() + config_.service.lame_duck);

  engine_->Drain();
  server_->Shutdown(config_.service.drain_timeout);
  engine_->Close();
  metrics_->WatchQueue({});
  server_.reset();
  log_.Info("stopped");
}

const std::string& App::address() const { return server_->address(); }

}  // namespace emotion
