#include "server/main/app.h"

#include <condition_variable>
#include <iomanip>
#include <mutex>
#include <random>
#include <sstream>
#include <utility>
#include <vector>

#include "server/engine/engine.h"
#include "server/inference/torch_classifier.h"
#include "server/kernels/dispatch.h"
#include "server/main/build_info.h"
#include "server/main/cpu_plan.h"
#include "server/main/model_events.h"
#include "server/main/parallelism_plan.h"
#include "server/metrics/metrics_server.h"
#include "server/metrics/prometheus_metrics.h"
#include "server/models/model_manager.h"
#include "server/models/model_registry.h"
#include "server/service/emotion_service.h"
#include "server/service/grpc_server.h"
#include "server/service/model_service.h"

namespace emotion {
namespace {

// A fraction of the two seconds in which a server should be serving.
constexpr std::chrono::milliseconds kMeasuringBudget{500};

// Those of this processor, the fastest first.
std::vector<std::string> NativePrecisions() {
  using kernels::Precision;
  std::vector<std::string> names;
  for (const Precision precision :
       {Precision::kInt8, Precision::kBf16, Precision::kFp32}) {
    if (kernels::IsNative(precision)) {
      names.emplace_back(kernels::PrecisionName(precision));
    }
  }
  return names;
}

Result<std::unique_ptr<Classifier>> MakeTorchClassifier(
    const std::filesystem::path& file, const Manifest& manifest) {
  auto classifier = TorchClassifier::Create(file, manifest);
  if (!classifier.ok()) return std::move(classifier).status();
  return std::unique_ptr<Classifier>(*std::move(classifier));
}

std::string Microseconds(Clock::Duration duration) {
  const double microseconds =
      std::chrono::duration<double, std::micro>(duration).count();
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << microseconds;
  return text.str();
}

void LogPlan(const ParallelismPlan& plan, std::size_t cpus, Log& log) {
  log.Info("work planned", {{"cpus", std::to_string(cpus)},
                            {"workers", std::to_string(plan.workers)},
                            {"threads", std::to_string(plan.threads)},
                            {"batch_us", Microseconds(plan.cost.fixed)},
                            {"dialogue_us", Microseconds(plan.cost.per_item)},
                            {"token_us", Microseconds(plan.cost.per_token)}});
}

// Of the services that will be offered.
std::vector<MethodInfo> Methods(const Config& config) {
  std::vector<MethodInfo> methods(std::begin(EmotionService::kMethods),
                                  std::end(EmotionService::kMethods));
  if (!config.admin_address.empty()) {
    methods.insert(methods.end(), std::begin(ModelService::kMethods),
                   std::end(ModelService::kMethods));
  }
  return methods;
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

App::~App() {
  Stop();
  // A scrape must not ask for what goes first, also if the start failed half
  // way.
  if (!metrics_) return;
  metrics_->WatchQueue({});
  metrics_->WatchTraffic({});
}

Result<std::unique_ptr<App>> App::Start(const Config& config, Clock& clock,
                                        Log& log) {
  std::unique_ptr<App> app(new App(config, clock, log));
  Status status = app->OpenMetrics();
  if (status.ok()) status = app->LoadFirstModel();
  if (status.ok()) status = app->StartEngine();
  if (status.ok()) status = app->OpenListeners();
  if (!status.ok()) return status;
  return app;
}

Status App::OpenMetrics() {
  MetricsFacts facts;
  // As many as there can be; how many there are is planned later.
  facts.workers = config_.parallelism.workers > 0 ? config_.parallelism.workers
                                                  : UsableCpus();
  facts.queue_limit_items = config_.batching.max_queue_items;
  const std::vector<MethodInfo> methods = Methods(config_);
  facts.methods = methods;
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

// The first model decides how the CPUs are divided, since only a model can be
// measured. LibTorch's number of threads is a setting of the process that other
// threads take over when they first run a model; so it is planned here, on the
// one thread that there is, and never changed again. Models that come later run
// on as many.
Status App::LoadFirstModel() {
  std::filesystem::path package = config_.model.package;
  std::optional<ModelIdentity> identity;
  if (!config_.model.repository.empty()) {
    auto repository =
        ModelRepository::Open(config_.model.repository, config_.model.name);
    if (!repository.ok()) return std::move(repository).status();
    auto newest = repository->Find("");
    if (!newest.ok()) return std::move(newest).status();
    repository_ = *std::move(repository);
    package = *std::move(newest);
    identity = repository_->Identity(package);
  }
  loader_.emplace(ModelLoaderOptions{.traffic = config_.model.traffic,
                                     .precision = config_.model.precision,
                                     .native_precisions = NativePrecisions()},
                  MakeTorchClassifier, metrics_->model_observers(), clock_);

  const std::size_t cpus = UsableCpus();
  TorchClassifier::SetThreads(cpus);
  batching_ = config_.batching;
  const auto plan = [&](Classifier& classifier,
                        std::span<const Encoding> dialogues) {
    const ParallelismPlan planned = PlanParallelism(
        cpus, config_.parallelism, classifier, TorchClassifier::SetThreads,
        dialogues, clock_, kMeasuringBudget);
    batching_.workers = planned.workers;
    LogPlan(planned, cpus, log_);
    return planned.cost;
  };
  auto report = loader_->Load(package, plan, identity);
  if (!report.ok()) return std::move(report).status();
  metrics_->SetWorkers(batching_.workers);
  model_events_ = std::make_unique<ModelEvents>(log_, *metrics_);
  model_events_->OnLoaded(*report, Activation::kSwap);

  auto models = ModelRegistry::Create(report->model, batching_.workers);
  if (!models.ok()) return std::move(models).status();
  models_ = *std::move(models);
  // From now on the threads are divided, and a model's cost is what it takes on
  // as many as a worker has.
  const auto measure = [this](Classifier& classifier,
                              std::span<const Encoding> dialogues) {
    return MeasureCost(classifier, dialogues, clock_, kMeasuringBudget);
  };
  auto manager = ModelManager::Start(
      {.repository = repository_, .package = config_.model.package}, *loader_,
      measure, *models_, *model_events_);
  if (!manager.ok()) return std::move(manager).status();
  manager_ = *std::move(manager);
  return Status();
}

Status App::StartEngine() {
  auto engine = Engine::Create(batching_, clock_, metrics_->request_observer(),
                               metrics_->batch_observer());
  if (!engine.ok()) return std::move(engine).status();
  engine_ = *std::move(engine);
  metrics_->WatchQueue([this] {
    const auto stats = engine_->queue_stats();
    return QueueStats{.items = stats.items,
                      .bulk_items = stats.bulk_items,
                      .tokens = stats.tokens,
                      .oldest = stats.oldest_age};
  });
  metrics_->WatchTraffic([this] {
    std::vector<TrafficStats> traffic;
    for (const ServingModel& serving : models_->List()) {
      traffic.push_back({.model = serving.model->info.name,
                         .version = serving.model->info.version,
                         .percent = serving.percent,
                         .shadow_percent = serving.shadow_percent});
    }
    return traffic;
  });
  return Status();
}

Status App::OpenListeners() {
  if (Status status = config_.service.Validate(); !status.ok()) return status;
  call_log_ = std::make_unique<CallLog>(log_, metrics_->rpc_observer());
  std::random_device seed;
  request_ids_ = std::make_unique<RequestIds>((std::uint64_t{seed()} << 32) |
                                              std::uint64_t{seed()});
  const CallParts parts{
      .clock = clock_, .observer = *call_log_, .request_ids = *request_ids_};
  service_ = std::make_unique<EmotionService>(
      config_.service, *models_, *engine_, metrics_->request_observer(), parts);
  model_service_ = std::make_unique<ModelService>(*manager_, *models_, parts);
  if (!config_.admin_address.empty()) {
    auto admin = GrpcServer::Start({.address = config_.admin_address},
                                   {{.name = std::string(ModelService::kName),
                                     .service = *model_service_}},
                                   clock_);
    if (!admin.ok()) {
      return std::move(admin).status().WithField("admin_address");
    }
    admin_server_ = *std::move(admin);
    admin_server_->SetServing(true);
    log_.Info("admin open", {{"address", admin_server_->address()}});
  }
  auto server = GrpcServer::Start(
      config_.listener,
      {{.name = std::string(EmotionService::kName), .service = *service_}},
      clock_);
  if (!server.ok()) return std::move(server).status();
  server_ = *std::move(server);
  engine_->Open();
  server_->SetServing(true);
  metrics_->SetReady(true);
  log_.Info("serving", {{"address", server_->address()}});
  return Status();
}

void App::Reload() {
  // How it ends is reported to model_events_.
  manager_->Load(
      "", Activation::kSwap,
      ModelManager::LoadCompletion([](const Result<LoadedModelPtr>&) {}));
}

// Callers first: they learn that the server goes (health), then that it takes
// no more (GOAWAY), and those in flight are answered while the workers still
// run. Only then does the queue close, the load that may be under way end, and
// what is counted stop.
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
  // Ends the calls that wait for a load.
  manager_->Close();
  if (admin_server_) admin_server_->Shutdown(config_.service.drain_timeout);
  admin_server_.reset();
  server_.reset();
  log_.Info("stopped");
}

const std::string& App::address() const { return server_->address(); }

}  // namespace emotion
