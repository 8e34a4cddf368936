#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "client/classification.h"
#include "common/result.h"
#include "common/status.h"

namespace emotion::client {

// Plain values for emotion/v1/model_service.proto: every field means what the
// field of the same name means there.

// A version of the model, and percent of the traffic.
struct TrafficShare {
  std::string version;
  // 1 to 100.
  std::uint32_t percent = 0;
  friend bool operator==(const TrafficShare&, const TrafficShare&) = default;
};

// How the traffic is split.
struct TrafficSplit {
  // Who answers the calls that name no version; together 100.
  std::vector<TrafficShare> serving{};
  // Who is given copies for comparison; at most one, which does not serve.
  std::vector<TrafficShare> shadows{};
};

// What a server has loaded, and what it could load.
struct ModelList {
  // The name of the model.
  std::string name;
  // In the order of loading.
  std::vector<ServingModel> serving;
  // In the server's repository, oldest first; empty if it has none.
  std::vector<std::string> available_versions;
};

// What becomes of a version that is loaded.
enum class Activation {
  // It gets all of the traffic, and those before it are unloaded.
  kSwap,
  // It waits beside them, without traffic.
  kBeside,
};

struct ModelAdminOptions {
  // The admin listener of a server, as its --admin-address has it:
  // "unix:/path" or "host:port" of this machine. Not empty.
  std::string address;
  // Time for one call. From 1 ms to 1 h.
  std::chrono::milliseconds deadline{10'000};
};

// Lists and changes the versions of the model that a server has loaded. Calls
// block and are sent once: an operator looks before trying again.
//
// Thread-safe. Failures, besides those that the proto names:
//   UNAVAILABLE          nobody listens there.
//   DEADLINE_EXCEEDED    no answer in time; what the call began may go on.
//   FAILED_PRECONDITION  also: the listener is not one for administration.
//   INVALID_ARGUMENT     also: a version is not UTF-8; nothing was sent.
class ModelAdmin {
 public:
  // Connects with the first call. INVALID_ARGUMENT names the option.
  static Result<std::unique_ptr<ModelAdmin>> Create(
      const ModelAdminOptions& options);
  ~ModelAdmin();
  ModelAdmin(const ModelAdmin&) = delete;
  ModelAdmin& operator=(const ModelAdmin&) = delete;

  Result<ModelList> List();

  // Loads a version, the newest if `version` is empty, and returns which it was
  // as soon as it serves, or could. Takes seconds.
  Result<ModelVersion> Load(const std::string& version, Activation activation);

  // Takes out a version that has no traffic.
  Status Unload(const std::string& version);

  Result<TrafficSplit> GetTraffic();
  Status SetTraffic(const TrafficSplit& split);

 private:
  class Impl;
  explicit ModelAdmin(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace emotion::client
