#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/client/run_cli.h"
#include "tests/support/fake_emotion_server.h"
#include "tests/support/fake_model_server.h"

// emotion-client models: the true binary against a true server.
namespace emotion::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Arguments = std::vector<std::string>;

class CliModelsTest : public testing::Test {
 protected:
  CliRun Models(Arguments arguments) {
    arguments.insert(arguments.begin(), "models");
    arguments.insert(arguments.end(), {"--admin-address", server_.address()});
    return RunCli(arguments);
  }

  FakeModelServer server_;
};

TEST_F(CliModelsTest, ListShowsWhatIsLoadedAndWhatIsAvailable) {
  const CliRun run = Models({"list"});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.err, "");
  EXPECT_EQ(run.out,
            "version  state      traffic  shadow  precision  labels\n"
            "0.3.0    loaded        100%       -  int8       others, sad\n"
            "0.2.0    available        -       -  -          -\n"
            "0.4.0    available        -       -  -          -\n");
  const auto json =
      nlohmann::json::parse(Models({"list", "--output", "json"}).out);
  EXPECT_EQ(json["name"], "fake");
  ASSERT_EQ(json["serving"].size(), 1U);
  EXPECT_EQ(json["serving"][0]["model"]["version"], "0.3.0");
  EXPECT_EQ(json["serving"][0]["traffic_percent"], 100);
  EXPECT_EQ(json["available_versions"],
            (nlohmann::json{"0.2.0", "0.3.0", "0.4.0"}));
}

TEST_F(CliModelsTest, LoadTakesTheNewestAndShowsWhatServes) {
  const CliRun run = Models({"load"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.out,
            "loaded fake 0.4.0\n"
            "\n"
            "version  state   traffic  shadow  precision  labels\n"
            "0.4.0    loaded     100%       -  int8       others, sad\n");
  EXPECT_THAT(server_.changes(), ElementsAre("LoadModel  SWAP"));
}

TEST_F(CliModelsTest, LoadMayKeepThoseThatServe) {
  const CliRun run = Models({"load", "0.2.0", "--beside", "--output", "json"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(server_.changes(), ElementsAre("LoadModel 0.2.0 BESIDE"));
  const auto json = nlohmann::json::parse(run.out);
  EXPECT_EQ(json["loaded"],
            (nlohmann::json{{"name", "fake"}, {"version", "0.2.0"}}));
  ASSERT_EQ(json["serving"].size(), 2U);
  EXPECT_EQ(json["serving"][0]["traffic_percent"], 100);
  EXPECT_EQ(json["serving"][1]["traffic_percent"], 0);
}

TEST_F(CliModelsTest, ALoadThatIsTooLateEndsWithThreeAndGoesOn) {
  server_.Hold();
  const CliRun run = Models({"load", "--timeout", "1"});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_EQ(run.err,
            "emotion-client: no answer from " + server_.address() +
                " before the deadline; the server goes on loading, and "
                "emotion-client models list shows when it is done "
                "(DEADLINE_EXCEEDED)\n");
}

TEST_F(CliModelsTest, UnloadTakesAVersionOut) {
  ASSERT_EQ(Models({"load", "0.4.0", "--beside"}).exit_code, 0);
  const CliRun run = Models({"unload", "0.4.0"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.out,
            "version  state   traffic  shadow  precision  labels\n"
            "0.3.0    loaded     100%       -  int8       others, sad\n");
  EXPECT_EQ(server_.changes().back(), "UnloadModel 0.4.0");
}

TEST_F(CliModelsTest, TrafficShowsTheSplitAndSetsIt) {
  EXPECT_EQ(Models({"traffic"}).out,
            "version  traffic  shadow\n"
            "0.3.0       100%       -\n");
  EXPECT_THAT(server_.changes(), IsEmpty());
  ASSERT_EQ(Models({"load", "0.4.0", "--beside"}).exit_code, 0);

  const CliRun run = Models({"traffic", "0.3.0=90,0.4.0=10"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.out,
            "version  traffic  shadow\n"
            "0.3.0        90%       -\n"
            "0.4.0        10%       -\n");
  EXPECT_EQ(server_.changes().back(), "SetTraffic 0.3.0=90,0.4.0=10;");
}

TEST_F(CliModelsTest, WhatTrafficIsNotGivenStaysAsItIs) {
  ASSERT_EQ(Models({"load", "0.4.0", "--beside"}).exit_code, 0);
  ASSERT_EQ(Models({"load", "0.2.0", "--beside"}).exit_code, 0);

  EXPECT_EQ(Models({"traffic", "--shadow", "0.4.0=10"}).exit_code, 0);
  EXPECT_EQ(server_.changes().back(), "SetTraffic 0.3.0=100;0.4.0=10");
  const CliRun run =
      Models({"traffic", "0.3.0=50,0.2.0=50", "--output", "json"});
  EXPECT_EQ(server_.changes().back(), "SetTraffic 0.3.0=50,0.2.0=50;0.4.0=10");
  EXPECT_EQ(nlohmann::json::parse(run.out), nlohmann::json::parse(R"({
              "serving": [{"version": "0.3.0", "percent": 50},
                          {"version": "0.2.0", "percent": 50}],
              "shadows": [{"version": "0.4.0", "percent": 10}]})"));
  EXPECT_EQ(Models({"traffic", "--shadow", "none", "0.3.0=100"}).exit_code, 0);
  EXPECT_EQ(server_.changes().back(), "SetTraffic 0.3.0=100;");
}

TEST_F(CliModelsTest, WhatTheServerRefusesHasTheExitCodeOfItsStatus) {
  struct Case {
    RpcCode code;
    int exit_code;
    std::string name;
  };
  const std::vector<Case> cases = {
      {RpcCode::kInvalidArgument, 4, "INVALID_ARGUMENT"},
      {RpcCode::kNotFound, 1, "NOT_FOUND"},
      {RpcCode::kFailedPrecondition, 1, "FAILED_PRECONDITION"},
      {RpcCode::kUnavailable, 3, "UNAVAILABLE"}};
  for (const Case& each : cases) {
    server_.Refuse({.code = each.code, .message = "not this one"});
    const CliRun run = Models({"load", "0.4.0"});
    EXPECT_EQ(run.exit_code, each.exit_code);
    EXPECT_EQ(run.out, "");
    EXPECT_EQ(run.err, "emotion-client: not this one (" + each.name + ")\n");
  }
}

TEST_F(CliModelsTest, MalformedInputIsRefusedBeforeAnyCall) {
  struct Case {
    Arguments arguments;
    std::string error;
  };
  const std::vector<Case> cases = {
      {{"traffic", "0.3.0=90"}, "adds up to 90 percent: expected 100"},
      {{"traffic", "0.3.0:100"}, "expected VERSION=PERCENT,..."},
      {{"traffic", ""}, "expected VERSION=PERCENT,..."},
      {{"traffic", "--shadow", "0.4.0"}, "expected one VERSION=PERCENT"},
      {{"traffic", "0.3.0=90", "--shadow", "none"}, "adds up to 90"},
      {{"load", ""}, "version: is \"\": expected the name of a version"},
      {{"unload", "a b"}, "version: is \"a b\": expected the name"},
      {{"unload"}, "version is required"},
      {{"load", "--timeout", "0"}, "--timeout"},
      {{"list", "--output", "csv"}, "--output"},
      {{"replace"}, "A subcommand is required"},
  };
  for (const Case& each : cases) {
    const CliRun run = Models(each.arguments);
    EXPECT_EQ(run.exit_code, 2) << each.error;
    EXPECT_EQ(run.out, "");
    EXPECT_THAT(run.err, HasSubstr(each.error));
  }
  EXPECT_THAT(server_.changes(), IsEmpty());
}

TEST_F(CliModelsTest, TheAddressMayComeFromTheEnvironment) {
  const CliRun run = RunCli({"models", "traffic"}, "",
                            {"EMOTION_ADMIN_ADDRESS=" + server_.address()});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("100%"));
  // The flag counts more.
  const CliRun both =
      RunCli({"models", "load", "--admin-address", server_.address()}, "",
             {"EMOTION_ADMIN_ADDRESS=unix:/no/such"});
  EXPECT_EQ(both.exit_code, 0) << both.err;
}

TEST(CliModelsAddressTest, AMissingAddressIsSaid) {
  for (const std::string action : {"list", "load", "traffic"}) {
    const CliRun run = RunCli({"models", action});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_EQ(run.err,
              "emotion-client: admin-address: is missing: expected "
              "--admin-address, or EMOTION_ADMIN_ADDRESS in the environment "
              "(INVALID_ARGUMENT)\n");
  }
}

TEST(CliModelsAddressTest, AUnixSocketWillDo) {
  const ScratchFile file("marker", "");
  const std::string socket =
      "unix:" +
      (std::filesystem::path(file.path()).parent_path() / "admin.sock")
          .string();
  const FakeModelServer server(socket);
  const CliRun run = RunCli({"models", "list", "--admin-address", socket});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("0.3.0    loaded"));
}

TEST(CliModelsAddressTest, NobodyThereAndTheWrongListenerAreSaid) {
  const CliRun nobody =
      RunCli({"models", "list", "--admin-address", "unix:/no/such"});
  EXPECT_EQ(nobody.exit_code, 3);
  EXPECT_EQ(nobody.err,
            "emotion-client: no connection to unix:/no/such (UNAVAILABLE)\n");
  FakeEmotionServer other;
  const CliRun wrong =
      RunCli({"models", "list", "--admin-address", other.address()});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.err, HasSubstr("expected the server's --admin-address"));
}

TEST(CliModelsHelpTest, EachCommandHasAnExample) {
  const CliRun group = RunCli({"models", "--help"});
  EXPECT_EQ(group.exit_code, 0);
  for (const std::string action : {"list", "load", "unload", "traffic"}) {
    EXPECT_THAT(group.out, HasSubstr("\n  " + action + "  "));
    const CliRun run = RunCli({"models", action, "--help"});
    EXPECT_EQ(run.exit_code, 0);
    EXPECT_THAT(run.out,
                HasSubstr("Usage: emotion-client models " + action + " ["));
    EXPECT_THAT(run.out, HasSubstr("\n  $ emotion-client models " + action));
  }
}

}  // namespace
}  // namespace emotion::client
