#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/client/run_cli.h"
#include "tests/support/fake_emotion_server.h"

// Which version of the model is to answer, and which are loaded: the true
// binary against a true server.
namespace emotion::client {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

using Arguments = std::vector<std::string>;

class CliModelTest : public testing::Test {
 protected:
  CliRun Run(Arguments arguments, const std::string& input = "") {
    arguments.insert(arguments.end(), {"--address", server_.address()});
    return RunCli(arguments, input);
  }

  FakeEmotionServer server_;
};

TEST_F(CliModelTest, OneDialogueNamesItsVersionAndItsKey) {
  const CliRun run = Run(
      {"classify", "--model-version", "0.4.0", "--key", "user-17", "i am sad"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  const ReceivedCall call = server_.calls().at(0);
  EXPECT_EQ(call.turns, Arguments{"i am sad"});
  EXPECT_EQ(call.model_version, "0.4.0");
  EXPECT_EQ(call.key, "user-17");
}

TEST_F(CliModelTest, EveryDialogueOfAPipeNamesThem) {
  const CliRun run = Run(
      {"classify", "--input", "-", "--model-version", "8", "--key", "user-17"},
      "so happy\nso sad\n");
  EXPECT_EQ(run.exit_code, 0) << run.err;
  const auto calls = server_.calls();
  ASSERT_EQ(calls.size(), 3U);
  EXPECT_EQ(calls[0].method, "GetModelInfo");
  for (std::size_t i = 1; i < calls.size(); ++i) {
    EXPECT_EQ(calls[i].model_version, "8");
    EXPECT_EQ(calls[i].key, "user-17");
  }
}

TEST_F(CliModelTest, AConversationKeepsItsKey) {
  const CliRun run = Run({"converse", "--key", "talk-1"}, "hello\nso sad\n");
  EXPECT_EQ(run.exit_code, 0) << run.err;
  const auto calls = server_.calls();
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(calls[0].key, "talk-1");
  EXPECT_EQ(calls[1].key, "talk-1");
}

TEST_F(CliModelTest, AVersionThatIsNotLoadedEndsWithOne) {
  server_.Script(
      "Classify",
      {{.code = RpcCode::kNotFound,
        .violations = {{"model_version",
                        "version '9' is not loaded; expected one of 7"}}}});
  const CliRun run = Run({"classify", "--model-version", "9", "hello"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(run.err,
            "emotion-client: model_version: version '9' is not loaded; "
            "expected one of 7 (NOT_FOUND)\n");
}

TEST_F(CliModelTest, AKeyThatCannotTravelIsRefused) {
  const CliRun run = Run({"classify", "--key", "a b", "hello"});
  EXPECT_EQ(run.exit_code, 4);
  EXPECT_EQ(run.err,
            "emotion-client: key: is not sendable: expected visible ASCII "
            "(INVALID_ARGUMENT)\n");
  EXPECT_TRUE(server_.calls().empty());
}

TEST_F(CliModelTest, InfoListsAllThatServeIfThereAreSeveral) {
  server_.SetServingVersions({"7", "8", "10"});
  EXPECT_THAT(Run({"info"}).out,
              EndsWith("manifest   c0ffee\n"
                       "\n"
                       "version  state   traffic  shadow  precision  labels\n"
                       "7        loaded      90%       -  fp32       others, "
                       "happy, sad, angry\n"
                       "8        loaded      10%       -  fp32       others, "
                       "happy, sad, angry\n"
                       "10       loaded        -      5%  fp32       others, "
                       "happy, sad, angry\n"));

  server_.SetServingVersions({"7"});
  EXPECT_THAT(Run({"info"}).out, Not(HasSubstr("loaded")));
}

TEST_F(CliModelTest, InfoListsAllThatServeInJson) {
  server_.SetServingVersions({"7", "8", "10"});
  const auto json = nlohmann::json::parse(Run({"info", "--json"}).out);
  ASSERT_EQ(json["serving"].size(), 3U);
  EXPECT_EQ(json["serving"][1],
            (nlohmann::json{
                {"model", {{"name", "fake"}, {"version", "8"}}},
                {"traffic_percent", 10},
                {"shadow_percent", 0},
                {"labels", {"others", "happy", "sad", "angry"}},
                {"precision", "fp32"},
                {"manifest_sha256", "c0ffee8"},
            }));
  EXPECT_EQ(json["serving"][2]["shadow_percent"], 5);

  server_.SetServingVersions({});
  EXPECT_EQ(nlohmann::json::parse(Run({"info", "--json"}).out)["serving"],
            nlohmann::json::array());
}

}  // namespace
}  // namespace emotion::client
