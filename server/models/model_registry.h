#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "server/models/loaded_model.h"
#include "server/models/read_mostly.h"
#include "server/models/traffic_split.h"

namespace emotion {

// Which model a call asks for.
struct ModelSelector {
  // The version it names; empty: as the traffic is split.
  std::string_view version{};
  // Calls with the same key are answered by the same version, as long as the
  // split stays.
  std::string_view key{};
};

// Who answers a call.
struct ModelRoute {
  // Never null.
  LoadedModelPtr model{};
  // Who is asked as well, without effect on the answer; null: nobody.
  LoadedModelPtr shadow{};
};

// A loaded model and its part in the traffic.
struct ServingModel {
  LoadedModelPtr model;
  // Of the calls that name no version; all together 100.
  unsigned percent = 0;
  // Of the calls that it does not answer itself.
  unsigned shadow_percent = 0;
};

// Which versions of the model serve. Holds them; a version that is taken out
// lives on until the last request that was given it has been answered.
//
// Thread-safe. Choose() is wait-free; changes take turns and each is seen whole
// or not at all.
class ModelRegistry {
 public:
  // So many versions may be loaded at a time: memory and the series of metrics
  // are bounded by it.
  static constexpr std::size_t kMaxModels = 4;

  // `first` gets all of the traffic. With more than one worker, models must
  // allow concurrent calls; INVALID_ARGUMENT ("workers") if `first` does not.
  static Result<std::unique_ptr<ModelRegistry>> Create(LoadedModelPtr first,
                                                       std::size_t workers);

  // NOT_FOUND if the version is not loaded; names those that are. The reason of
  // this NOT_FOUND and of those below is "model_version".
  Result<ModelRoute> Choose(const ModelSelector& selector) const;

  // In the order of loading. Never empty.
  std::vector<ServingModel> List() const;

  // The one with the largest part of the traffic, the oldest of equals.
  LoadedModelPtr Default() const;

  // Loads `model` beside the others, without traffic. FAILED_PRECONDITION: the
  // version is loaded already, as many are loaded as may be, or the model does
  // not allow the concurrent calls of several workers.
  Status Add(LoadedModelPtr model);

  // Gives `model` all of the traffic and takes out all others, in one step.
  // FAILED_PRECONDITION: it does not allow concurrent calls.
  Status Swap(LoadedModelPtr model);

  // Takes out a version. NOT_FOUND: it is not loaded; FAILED_PRECONDITION: it
  // has traffic, or shadows.
  Status Remove(std::string_view version);

  // INVALID_ARGUMENT as Validate(); NOT_FOUND names a version that is not
  // loaded and those that are.
  Status SetTraffic(const TrafficSplit& split);

 private:
  struct Snapshot {
    std::vector<ServingModel> models;
    // Those with traffic, as indexes of `models` and their percents.
    std::vector<std::size_t> serving;
    std::vector<unsigned> percents;
    // The one that shadows; null: none.
    const ServingModel* shadow = nullptr;
  };

  ModelRegistry(LoadedModelPtr first, std::size_t workers);
  static std::unique_ptr<const Snapshot> MakeSnapshot(
      std::vector<ServingModel> models);
  Status CheckConcurrency(const LoadedModel& model) const;

  const std::size_t workers_;
  // Taken by who changes, so that each change begins with the last one's end.
  mutable std::mutex changes_;
  ReadMostly<Snapshot> snapshot_;
};

}  // namespace emotion
