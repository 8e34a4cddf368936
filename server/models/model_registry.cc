#include "server/models/model_registry.h"

#include <algorithm>
#include <string>
#include <utility>

namespace emotion {
namespace {

// So that whom a shadow is given says nothing of who answers.
constexpr std::uint64_t kShadowSeed = 0x5bd1e9955bd1e995u;

ServingModel* Find(std::vector<ServingModel>& models,
                   std::string_view version) {
  const auto found = std::ranges::find_if(models, [&](const ServingModel& m) {
    return m.model->info.version == version;
  });
  return found == models.end() ? nullptr : &*found;
}

std::string Versions(const std::vector<ServingModel>& models) {
  std::string names;
  for (const ServingModel& serving : models) {
    names += (names.empty() ? "" : ", ") + serving.model->info.version;
  }
  return names;
}

Status NotLoaded(std::string field, std::string_view version,
                 const std::vector<ServingModel>& models) {
  return Status(StatusCode::kNotFound, "version '" + std::string(version) +
                                           "' is not loaded; expected one of " +
                                           Versions(models))
      .WithField(std::move(field))
      .WithReason("model_version");
}

}  // namespace

Result<std::unique_ptr<ModelRegistry>> ModelRegistry::Create(
    LoadedModelPtr first, std::size_t workers) {
  std::unique_ptr<ModelRegistry> registry(
      new ModelRegistry(std::move(first), workers));
  if (Status status = registry->CheckConcurrency(*registry->Default());
      !status.ok()) {
    return status;
  }
  return registry;
}

ModelRegistry::ModelRegistry(LoadedModelPtr first, std::size_t workers)
    : workers_(workers),
      snapshot_(MakeSnapshot({{.model = std::move(first), .percent = 100}})) {}

std::unique_ptr<const ModelRegistry::Snapshot> ModelRegistry::MakeSnapshot(
    std::vector<ServingModel> models) {
  auto snapshot = std::make_unique<Snapshot>();
  snapshot->models = std::move(models);
  for (std::size_t i = 0; i < snapshot->models.size(); ++i) {
    const ServingModel& serving = snapshot->models[i];
    if (serving.percent > 0) {
      snapshot->serving.push_back(i);
      snapshot->percents.push_back(serving.percent);
    }
    if (serving.shadow_percent > 0) snapshot->shadow = &serving;
  }
  return snapshot;
}

Status ModelRegistry::CheckConcurrency(const LoadedModel& model) const {
  if (workers_ <= 1 || model.classifier->allows_concurrent_calls()) {
    return Status();
  }
  return Status(StatusCode::kInvalidArgument,
                "is " + std::to_string(workers_) +
                    "; expected 1, since this model allows no concurrent calls")
      .WithField("workers");
}

// The request path: one wait-free read of the snapshot, and a reference taken
// to what it names. The key is hashed only if there is something to choose.
Result<ModelRoute> ModelRegistry::Choose(const ModelSelector& selector) const {
  return snapshot_.With([&](const Snapshot& now) -> Result<ModelRoute> {
    ModelRoute route;
    if (!selector.version.empty()) {
      for (const ServingModel& serving : now.models) {
        if (serving.model->info.version == selector.version) {
          return ModelRoute{.model = serving.model};
        }
      }
      return NotLoaded("model_version", selector.version, now.models);
    }
    const std::size_t share =
        now.serving.size() == 1
            ? 0
            : ShareOf(KeyPosition(selector.key), now.percents);
    route.model = now.models[now.serving[share]].model;
    if (now.shadow != nullptr && KeyPosition(selector.key, kShadowSeed) <
                                     now.shadow->shadow_percent * 100) {
      route.shadow = now.shadow->model;
    }
    return route;
  });
}

std::vector<ServingModel> ModelRegistry::List() const {
  return snapshot_.With([](const Snapshot& now) { return now.models; });
}

LoadedModelPtr ModelRegistry::Default() const {
  return snapshot_.With([](const Snapshot& now) {
    return std::ranges::max_element(now.models, {}, &ServingModel::percent)
        ->model;
  });
}

Status ModelRegistry::Add(LoadedModelPtr model) {
  const std::lock_guard lock(changes_);
  std::vector<ServingModel> models = List();
  if (Find(models, model->info.version) != nullptr) {
    return Status(StatusCode::kFailedPrecondition,
                  "version '" + model->info.version +
                      "' is loaded already; expected another one");
  }
  if (models.size() >= kMaxModels) {
    return Status(StatusCode::kFailedPrecondition,
                  "the versions " + Versions(models) +
                      " are loaded, as many as may be; unload one first");
  }
  if (Status status = CheckConcurrency(*model); !status.ok()) return status;
  models.push_back({.model = std::move(model)});
  snapshot_.Replace(MakeSnapshot(std::move(models)));
  return Status();
}

// One step, so that no call falls between two models; and the only change that
// needs no free place, since what it takes out makes one.
Status ModelRegistry::Swap(LoadedModelPtr model) {
  if (Status status = CheckConcurrency(*model); !status.ok()) return status;
  const std::lock_guard lock(changes_);
  snapshot_.Replace(
      MakeSnapshot({{.model = std::move(model), .percent = 100}}));
  return Status();
}

Status ModelRegistry::Remove(std::string_view version) {
  const std::lock_guard lock(changes_);
  std::vector<ServingModel> models = List();
  const ServingModel* const found = Find(models, version);
  if (found == nullptr) return NotLoaded("version", version, models);
  if (found->percent > 0 || found->shadow_percent > 0) {
    return Status(StatusCode::kFailedPrecondition,
                  "version '" + std::string(version) + "' has traffic; give " +
                      "it to others first");
  }
  models.erase(models.begin() + (found - models.data()));
  snapshot_.Replace(MakeSnapshot(std::move(models)));
  return Status();
}

// The new shares are worked out on a copy, which replaces the old snapshot as a
// whole at the end: a refusal half way leaves no trace, and no call ever sees
// shares that do not add up.
Status ModelRegistry::SetTraffic(const TrafficSplit& split) {
  if (Status status = Validate(split); !status.ok()) return status;
  const std::lock_guard lock(changes_);
  std::vector<ServingModel> models = List();
  for (ServingModel& serving : models) {
    serving.percent = 0;
    serving.shadow_percent = 0;
  }
  for (const TrafficShare& share : split.serving) {
    ServingModel* const found = Find(models, share.version);
    if (found == nullptr) return NotLoaded("serving", share.version, models);
    found->percent = share.percent;
  }
  for (const TrafficShare& share : split.shadows) {
    ServingModel* const found = Find(models, share.version);
    if (found == nullptr) return NotLoaded("shadows", share.version, models);
    found->shadow_percent = share.percent;
  }
  snapshot_.Replace(MakeSnapshot(std::move(models)));
  return Status();
}

}  // namespace emotion
