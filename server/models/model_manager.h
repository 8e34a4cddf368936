#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/completion.h"
#include "common/result.h"
#include "server/models/model_loader.h"
#include "server/models/model_registry.h"
#include "server/models/model_repository.h"

namespace emotion {

// What a version that is loaded becomes.
enum class Activation {
  kSwap,    // It gets all of the traffic; those before it are taken out.
  kBeside,  // It waits beside them until it is given traffic.
};

// Receives what changed. Called from the manager's thread or the caller's, one
// at a time; must be quick and must not throw.
class ModelChangeObserver {
 public:
  virtual ~ModelChangeObserver() = default;

  virtual void OnLoaded(const LoadReport& report, Activation activation) = 0;
  // What serves is as it was. `version` is empty if the newest was asked for.
  virtual void OnLoadRefused(std::string_view version,
                             const Status& reason) = 0;
  virtual void OnUnloaded(std::string_view version) = 0;
  virtual void OnTrafficChanged(const std::vector<ServingModel>& now) = 0;
};

// Changes which models serve: loads versions one after another on a thread of
// its own, beside what serves, and gives them to the registry only when they
// are whole, checked, warm and measured. Whatever fails, what served before
// serves on.
//
// Thread-safe. Order of calls: any, then Close. Borrows all but the values.
class ModelManager {
 public:
  // Where packages come from: a repository, or else one folder that can be
  // loaded anew.
  struct Source {
    std::optional<ModelRepository> repository{};
    std::filesystem::path package{};
  };
  using LoadCompletion = Completion<LoadedModelPtr>;

  // INTERNAL if the thread cannot be started.
  static Result<std::unique_ptr<ModelManager>> Start(
      Source source, const ModelLoader& loader, CostMeasurement measure,
      ModelRegistry& registry, ModelChangeObserver& observer);

  // Closes.
  ~ModelManager();

  // Loads a version of the repository, the newest if `version` is empty; a
  // source without a repository knows only its one folder, and no versions. The
  // completion fires on the manager's thread when the version serves (or, with
  // kBeside, could), or at once on this one:
  //   RESOURCE_EXHAUSTED: too many wait to be loaded;
  //   UNAVAILABLE: closing;
  //   INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION: as
  //     ModelRepository::Find, ModelLoader::Load and ModelRegistry::Add say.
  void Load(std::string version, Activation activation,
            LoadCompletion completion);

  // The versions in the repository, rising; none without a repository.
  Result<std::vector<std::string>> AvailableVersions() const;

  // As the registry's, and reported.
  Status Unload(std::string_view version);
  Status SetTraffic(const TrafficSplit& split);

  // Finishes the load that is under way, refuses those that wait, and ends the
  // thread. Safe to call twice.
  void Close();

 private:
  struct Job {
    std::string version;
    Activation activation;
    LoadCompletion completion;
  };

  ModelManager(Source source, const ModelLoader& loader,
               CostMeasurement measure, ModelRegistry& registry,
               ModelChangeObserver& observer);
  void Run();
  Result<LoadedModelPtr> LoadNow(const Job& job);
  Result<LoadReport> LoadPackage(const std::string& version) const;

  const Source source_;
  const ModelLoader& loader_;
  const CostMeasurement measure_;
  ModelRegistry& registry_;
  ModelChangeObserver& observer_;

  std::mutex mutex_;
  // Signalled when a job arrives, and on Close().
  std::condition_variable changed_;
  // Guarded by mutex_.
  std::deque<Job> jobs_;
  bool closed_ = false;

  std::thread thread_;
};

}  // namespace emotion
