#include "server/models/model_repository.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace emotion {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxNameLength = 128;

bool IsPlainName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNameLength && name[0] != '.' &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' ||
                  c == '+';
         });
}

std::string Joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : ", ") + name;
  }
  return text.empty() ? "nothing" : text;
}

Result<std::vector<std::string>> Folders(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code ignored;
    if (IsPlainName(name) && entry->is_directory(ignored)) {
      names.push_back(name);
    }
  }
  if (error) {
    return Status(StatusCode::kFailedPrecondition,
                  folder.string() + ": cannot be read (" + error.message() +
                      "); expected a folder of model packages, NAME/VERSION/");
  }
  std::ranges::sort(names);
  return names;
}

// Whether `path`, with its links followed, lies below `folder`. Names are plain
// before this is asked, so only a link can lead out. Links within the folder
// are fine: Kubernetes mounts volumes by them.
bool LiesWithin(const fs::path& path, const fs::path& folder) {
  std::error_code error;
  const fs::path inner = fs::canonical(path, error);
  if (error) return false;
  const fs::path outer = fs::canonical(folder, error);
  if (error) return false;
  const auto [end, ignored] = std::ranges::mismatch(outer, inner);
  return end == outer.end();
}

// The part of `text` before `separator`, which is taken from it.
std::string_view TakePart(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

bool IsNumber(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Below, at or above zero as `a` is older than, as old as or newer than `b`.
int Compare(std::string_view a, std::string_view b) {
  if (IsNumber(a) && IsNumber(b)) {
    a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
    b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
    if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  }
  return a.compare(b);
}

// Part by part, as Semantic Versioning 2.0.0 (item 11) has it: numbers by
// value, so that 0.10 is newer than 0.9, anything else as text; and of two that
// are equal as far as the shorter one goes, the longer one is newer.
int CompareDotted(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const int order = Compare(TakePart(a, '.'), TakePart(b, '.'));
    if (order != 0) return order;
  }
  return static_cast<int>(!a.empty()) - static_cast<int>(!b.empty());
}

}  // namespace

bool IsOlder(std::string_view a, std::string_view b) {
  const std::string_view release_a = TakePart(a, '-');
  const std::string_view release_b = TakePart(b, '-');
  if (const int order = CompareDotted(release_a, release_b); order != 0) {
    return order < 0;
  }
  // What is left is the pre-release; to have none is newer.
  if (a.empty() || b.empty()) return !a.empty();
  return CompareDotted(a, b) < 0;
}

ModelRepository::ModelRepository(fs::path folder, std::string name)
    : folder_(std::move(folder)), name_(std::move(name)) {}

Result<ModelRepository> ModelRepository::Open(const fs::path& folder,
                                              const std::string& name) {
  const auto names = Folders(folder);
  if (!names.ok()) return names.status();
  if (name.empty() && names->size() != 1) {
    return Status(StatusCode::kFailedPrecondition,
                  folder.string() + ": holds " + Joined(*names) +
                      "; expected one model, or its name beside it");
  }
  if (!name.empty() && std::ranges::find(*names, name) == names->end()) {
    return Status(StatusCode::kFailedPrecondition,
                  folder.string() + ": holds " + Joined(*names) +
                      "; expected the model '" + name + "'");
  }
  return ModelRepository(folder, name.empty() ? names->front() : name);
}

Result<std::vector<std::string>> ModelRepository::Versions() const {
  auto versions = Folders(folder_ / name_);
  if (versions.ok()) std::ranges::sort(*versions, IsOlder);
  return versions;
}

Result<fs::path> ModelRepository::Find(std::string_view version) const {
  if (!version.empty() && !IsPlainName(version)) {
    return Status(StatusCode::kInvalidArgument,
                  "is not the name of a version; expected letters, digits and "
                  "._-+, up to 128 of them, the first no dot")
        .WithField("version");
  }
  const auto versions = Versions();
  if (!versions.ok()) return versions.status();
  if (versions->empty() ||
      (!version.empty() &&
       std::ranges::find(*versions, version) == versions->end())) {
    return Status(StatusCode::kNotFound,
                  "version '" + std::string(version) +
                      "' is not in the repository, which holds " +
                      Joined(*versions) + " of " + name_)
        .WithReason("model_version");
  }
  const fs::path found =
      folder_ / name_ / (version.empty() ? versions->back() : version);
  if (!LiesWithin(found, folder_)) {
    return Status(StatusCode::kFailedPrecondition,
                  found.string() + ": leads out of the repository");
  }
  return found;
}

}  // namespace emotion
