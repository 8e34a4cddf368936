#include "client/cli/models_view.h"

#include <gtest/gtest.h>

#include "client/cli/model_flags.h"

namespace emotion::client {
namespace {

ServingModel Serving(const std::string& version, std::uint32_t traffic) {
  return {.model = {.name = "emotion", .version = version},
          .traffic_percent = traffic,
          .shadow_percent = 0,
          .labels = {"others", version},
          .precision = "int8",
          .manifest_sha256 = {}};
}

TEST(ModelsViewTest, WhatIsLoadedStandsBeforeWhatIsAvailable) {
  EXPECT_EQ(
      ModelsTable({Serving("0.4.0", 95), Serving("0.3.0", 5)},
                  {"0.2.0", "0.3.0", "0.4.0", "0.10.0-beta"}),
      "version      state      traffic  shadow  precision  labels\n"
      "0.4.0        loaded         95%       -  int8       others, 0.4.0\n"
      "0.3.0        loaded          5%       -  int8       others, 0.3.0\n"
      "0.2.0        available        -       -  -          -\n"
      "0.10.0-beta  available        -       -  -          -\n");
}

TEST(ModelsViewTest, NothingIsNoLines) {
  EXPECT_EQ(Aligned({}, {}), "");
  EXPECT_EQ(ModelsJson({}).dump(), "[]");
}

TEST(ModelsViewTest, TheLabelsAreThoseOfTheVersionThatIsAskedFor) {
  ModelInfo info;
  info.labels = {"others", "sad"};
  info.serving = {Serving("1", 90), Serving("2", 10)};
  const auto labels = [&](const std::string& version) {
    return LabelsOf(info, {.version = version, .key = {}});
  };
  EXPECT_EQ(labels(""), info.labels);
  EXPECT_EQ(labels("2"), (std::vector<std::string>{"others", "2"}));
  EXPECT_EQ(labels("3"), info.labels);
}

}  // namespace
}  // namespace emotion::client
