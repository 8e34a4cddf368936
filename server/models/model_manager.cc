#include "server/models/model_manager.h"

#include <malloc.h>

#include <system_error>
#include <utility>

namespace emotion {
namespace {

constexpr std::size_t kMaxWaitingLoads = 8;

Status Closing() {
  return Status(StatusCode::kUnavailable, "the server is closing")
      .WithReason("draining");
}

}  // namespace

Result<std::unique_ptr<ModelManager>> ModelManager::Start(
    Source source, const ModelLoader& loader, CostMeasurement measure,
    ModelRegistry& registry, ModelChangeObserver& observer) {
  std::unique_ptr<ModelManager> manager(new ModelManager(
      std::move(source), loader, std::move(measure), registry, observer));
  try {
    manager->thread_ = std::thread([self = manager.get()] { self->Run(); });
  } catch (const std::system_error& error) {
    return Status(
        StatusCode::kInternal,
        std::string("the thread that loads models cannot be started: ") +
            error.what());
  }
  return manager;
}

ModelManager::ModelManager(Source source, const ModelLoader& loader,
                           CostMeasurement measure, ModelRegistry& registry,
                           ModelChangeObserver& observer)
    : source_(std::move(source)),
      loader_(loader),
      measure_(std::move(measure)),
      registry_(registry),
      observer_(observer) {}

ModelManager::~ModelManager() { Close(); }

void ModelManager::Load(std::string version, Activation activation,
                        LoadCompletion completion) {
  std::unique_lock lock(mutex_);
  if (closed_) {
    lock.unlock();
    return completion(Closing());
  }
  if (jobs_.size() >= kMaxWaitingLoads) {
    lock.unlock();
    return completion(Status(StatusCode::kResourceExhausted,
                             std::to_string(kMaxWaitingLoads) +
                                 " loads wait already; try again later")
                          .WithReason("queue_full"));
  }
  jobs_.push_back({std::move(version), activation, std::move(completion)});
  lock.unlock();
  changed_.notify_one();
}

Result<std::vector<std::string>> ModelManager::AvailableVersions() const {
  if (!source_.repository) return std::vector<std::string>();
  return source_.repository->Versions();
}

Status ModelManager::Unload(std::string_view version) {
  Status status = registry_.Remove(version);
  if (status.ok()) observer_.OnUnloaded(version);
  return status;
}

Status ModelManager::SetTraffic(const TrafficSplit& split) {
  Status status = registry_.SetTraffic(split);
  if (status.ok()) observer_.OnTrafficChanged(registry_.List());
  return status;
}

void ModelManager::Close() {
  std::deque<Job> refused;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    refused.swap(jobs_);
  }
  changed_.notify_one();
  for (Job& job : refused) job.completion(Closing());
  if (thread_.joinable()) thread_.join();
}

// One load at a time: two at once would measure each other's cost, and hold the
// memory of three models. The lock is not held while a model is loaded, so that
// callers can queue up, and be refused, meanwhile.
void ModelManager::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    Result<LoadedModelPtr> loaded = LoadNow(job);
    if (!loaded.ok()) observer_.OnLoadRefused(job.version, loaded.status());
    job.completion(std::move(loaded));
    // What a load and a model that went have left free in the middle of the
    // heap goes back to the system; otherwise many changes would add up.
    malloc_trim(0);
    lock.lock();
  }
}

// Everything that can fail happens before the registry is touched.
Result<LoadedModelPtr> ModelManager::LoadNow(const Job& job) {
  Result<LoadReport> report = LoadPackage(job.version);
  if (!report.ok()) return std::move(report).status();
  const bool swap = job.activation == Activation::kSwap;
  const std::vector<ServingModel> before = registry_.List();
  Status status =
      swap ? registry_.Swap(report->model) : registry_.Add(report->model);
  if (!status.ok()) return status;
  observer_.OnLoaded(*report, job.activation);
  if (swap) {
    for (const ServingModel& old : before) {
      observer_.OnUnloaded(old.model->info.version);
    }
  }
  return report->model;
}

Result<LoadReport> ModelManager::LoadPackage(const std::string& version) const {
  if (!source_.repository) {
    if (!version.empty()) {
      return Status(StatusCode::kFailedPrecondition,
                    "there is no repository of versions; start the server with "
                    "--model-repository");
    }
    return loader_.Load(source_.package, measure_);
  }
  const auto folder = source_.repository->Find(version);
  if (!folder.ok()) return folder.status();
  return loader_.Load(*folder, measure_, source_.repository->Identity(*folder));
}

}  // namespace emotion
