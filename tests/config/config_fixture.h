#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "server/config/config_loader.h"

namespace emotion {

// Loads from literal sources. Files lie in a folder that goes with the test.
class ConfigTest : public testing::Test {
 protected:
  ConfigTest()
      : folder_(std::filesystem::path(testing::TempDir()) /
                ("config." + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~ConfigTest() override { std::filesystem::remove_all(folder_); }

  static Result<Command> Load(std::vector<std::string> flags,
                              const Environment& environment = {}) {
    flags.insert(flags.begin(), "emotion-server");
    std::vector<char*> arguments;
    for (auto& flag : flags) arguments.push_back(flag.data());
    return LoadConfig(arguments, "1.2.3", environment);
  }

  // The path of a file of that content.
  std::string Write(const std::string& yaml) const {
    const auto path = folder_ / "server.yaml";
    std::ofstream(path) << yaml;
    return path.string();
  }

  Result<Command> LoadYaml(const std::string& yaml) const {
    return Load({"--config", Write(yaml)});
  }

 private:
  const std::filesystem::path folder_;
};

}  // namespace emotion
