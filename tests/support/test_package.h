#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace emotion {

// A folder of its own under the system's temporary folder, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// A model package that a test can spoil: valid in form, with files of a few
// bytes, so that it loads as a manifest but not as a model. Two labels, one
// golden dialogue.
class TestPackage {
 public:
  TestPackage();

  const std::filesystem::path& path() const { return folder_.path(); }

  // What Write puts into manifest.json; change it at will.
  nlohmann::json manifest;

  // Writes a file and, in `manifest`, its size and checksum.
  void AddFile(const std::string& name, std::string_view content);
  // Writes a file and nothing else.
  void WriteFile(const std::string& name, std::string_view content) const;
  // Writes manifest.json.
  void Write() const;

 private:
  TemporaryFolder folder_;
};

}  // namespace emotion
