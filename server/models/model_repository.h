#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "server/models/model_identity.h"

namespace emotion {

// A folder of model packages, NAME/VERSION/, of which one name serves. Nothing
// outside the folder is ever reached: names are plain, and a link that leads
// out is refused. Reads the disk anew at each call; thread-safe.
class ModelRepository {
 public:
  // `name`: the model that serves; empty: the only one there is.
  // FAILED_PRECONDITION: the folder cannot be read, or the name is not in it,
  // or is empty where there are several; names those that are.
  static Result<ModelRepository> Open(const std::filesystem::path& folder,
                                      const std::string& name);

  const std::string& name() const { return name_; }

  // The versions that have a folder, rising; whether there is a usable package
  // in it is not asked.
  Result<std::vector<std::string>> Versions() const;

  // The folder of a version; of the newest one if `version` is empty.
  // INVALID_ARGUMENT: not a plain name; NOT_FOUND: not there, names those that
  // are.
  Result<std::filesystem::path> Find(std::string_view version) const;

  // What the package in `folder`, which Find gave, must say that it is, so that
  // whoever asks for a version gets that one.
  ModelIdentity Identity(const std::filesystem::path& folder) const {
    return {.name = name_, .version = folder.filename().string()};
  }

 private:
  ModelRepository(std::filesystem::path folder, std::string name);

  std::filesystem::path folder_;
  std::string name_;
};

// Whether version `a` is older than `b`: parts between dots are compared as
// numbers where both are numbers, otherwise as text; what has a part more is
// newer, but a pre-release ("1.0.0-rc1") is older than its release, as in
// Semantic Versioning 2.0.0.
bool IsOlder(std::string_view a, std::string_view b);

}  // namespace emotion
