#include "server/config/option_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/config/config_fixture.h"

namespace emotion {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// For each option: values just outside what it takes, and just inside.
struct Bounds {
  std::string option;
  std::vector<std::string> refused;
  std::vector<std::string> taken;
};

const std::vector<Bounds>& AllBounds() {
  static const std::vector<Bounds> bounds = {
      {"address",
       {"localhost", "localhost:65536"},
       {"localhost:65535", "[::1]:0"}},
      {"metrics-address", {":9464", "a:b"}, {"0.0.0.0:1"}},
      {"max-batch-dialogues", {"0", "4097"}, {"1", "4096"}},
      {"max-message-bytes", {"1023", "67108865"}, {"1024", "67108864"}},
      {"max-concurrent-streams", {"0", "65537"}, {"1", "65536"}},
      {"reflection", {"yes", ""}, {"true", "false"}},
      {"lame-duck-ms", {"-1", "600001"}, {"0", "600000"}},
      {"drain-timeout-ms", {"-1", "600001"}, {"0", "600000"}},
      {"model", {""}, {"/a b/c"}},
      {"model-repository", {}, {"", "/a b/c"}},
      {"model-name", {"a/b", "..", "a b"}, {"", "emotion-v1.2_x"}},
      {"admin-address",
       {"0.0.0.0:50052", "example.com:50052", "127.0.0.1", "unix:relative"},
       {"", "127.0.0.1:0", "[::1]:50052", "localhost:1", "unix:/run/a.sock"}},
      {"threads", {"-1", "257"}, {"0", "256"}},
      {"workers", {"-1", "257"}, {"0", "256"}},
      {"max-batch-items", {"0", "65537"}, {"1", "65536"}},
      {"max-batch-tokens", {"0", "10000001"}, {"1", "10000000"}},
      {"max-batch-ms", {"0", "600001"}, {"1", "600000"}},
      {"batch-delay-us", {"-1", "1000001"}, {"0", "1000000"}},
      {"max-queue-items",
       {"0", "1000001", "1.5", "0x10", "+1", " 1", "1 ", "1e3"},
       {"1", "1000000"}},
      {"max-queue-tokens",
       {"0", "100000001", "99999999999999999999"},
       {"1", "100000000"}},
      {"max-bulk-percent", {"0", "101", "80%"}, {"1", "100"}},
      {"max-bulk-overtaking-ms", {"-1", "600001"}, {"0", "600000"}},
      {"precision", {"fp16", "INT8"}, {"auto", "fp32", "bf16", "int8"}},
      {"traffic", {"Chat", "a b"}, {"everyday", "my-own_2"}},
      {"log-format", {"xml", "TEXT"}, {"text", "json"}},
      {"log-level", {"trace", "warn"}, {"debug", "info", "warning", "error"}},
  };
  return bounds;
}

class OptionTableTest : public ConfigTest {
 protected:
  // The same value from each of the three sources.
  std::vector<std::pair<std::string, Result<Command>>> LoadFromEach(
      const std::string& option, const std::string& value) const {
    const std::string variable = VariableName(option);
    std::vector<std::pair<std::string, Result<Command>>> loaded;
    loaded.emplace_back("the command line", Load({"--" + option, value}));
    loaded.emplace_back(variable, Load({}, {{variable, value}}));
    loaded.emplace_back("server.yaml:2",
                        LoadYaml("# one\n" + option + ": '" + value + "'\n"));
    return loaded;
  }
};

TEST_F(OptionTableTest, EveryOptionHasItsBoundsTested) {
  std::set<std::string> tested;
  for (const Bounds& bounds : AllBounds()) tested.insert(bounds.option);
  std::set<std::string> declared;
  for (const Option& option : OptionTable()) declared.insert(option.name);
  EXPECT_EQ(tested, declared);
}

TEST_F(OptionTableTest, AValueOutOfRangeIsRefusedFromEverySource) {
  for (const auto& [option, refused, taken] : AllBounds()) {
    for (const std::string& value : refused) {
      for (const auto& [origin, loaded] : LoadFromEach(option, value)) {
        ASSERT_FALSE(loaded.ok()) << option << "=" << value << " " << origin;
        EXPECT_EQ(loaded.status().code(), StatusCode::kInvalidArgument);
        EXPECT_THAT(
            loaded.status().ToString(),
            AllOf(HasSubstr("--" + option + ": \"" + value + "\" from "),
                  HasSubstr(origin + ": expected " +
                            FindOption(option)->expected)));
      }
    }
  }
}

TEST_F(OptionTableTest, AValueInRangeIsTakenFromEverySource) {
  for (const auto& [option, refused, taken] : AllBounds()) {
    for (const std::string& value : taken) {
      for (const auto& [origin, loaded] : LoadFromEach(option, value)) {
        ASSERT_TRUE(loaded.ok()) << loaded.status().ToString();
        EXPECT_EQ(FindOption(option)->get(loaded->config), value) << origin;
      }
    }
  }
}

TEST_F(OptionTableTest, TheDefaultsAreTheLibrariesOwnAndWithinTheirRange) {
  Config config;
  for (const Option& option : OptionTable()) {
    EXPECT_TRUE(option.set(config, option.get(Config()))) << option.name;
  }
}

TEST_F(OptionTableTest, WhatIsTakenHereTheLibrariesTakeToo) {
  for (const auto& [option, refused, taken] : AllBounds()) {
    for (const std::string& value : taken) {
      Config config;
      ASSERT_TRUE(FindOption(option)->set(config, value));
      ListenerOptions admin;
      if (!config.admin_address.empty()) admin.address = config.admin_address;
      for (const Status& status :
           {config.batching.Validate(), config.listener.Validate(),
            config.service.Validate(), config.metrics.Validate(),
            admin.Validate()}) {
        EXPECT_TRUE(status.ok()) << option << ": " << status.ToString();
      }
    }
  }
}

TEST_F(OptionTableTest, NoTwoOptionsShareAPlace) {
  for (const auto& [name, refused, taken] : AllBounds()) {
    Config config;
    const Option& option = *FindOption(name);
    for (const std::string& value : taken) {
      ASSERT_TRUE(option.set(config, value));
      for (const Option& other : OptionTable()) {
        if (other.name == name) continue;
        EXPECT_EQ(other.get(config), other.get(Config()))
            << name << " also sets " << other.name;
      }
    }
  }
}

TEST_F(OptionTableTest, AVariableIsNamedAfterItsOption) {
  EXPECT_EQ(VariableName("batch-delay-us"), "EMOTION_BATCH_DELAY_US");
}

}  // namespace
}  // namespace emotion
