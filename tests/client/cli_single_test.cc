#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/client/run_cli.h"
#include "tests/support/fake_emotion_server.h"

// One dialogue, and info: the true binary against a true server.
namespace emotion::client {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr char kPlainSad[] =
    "sad 0.970\nothers 0.010\nhappy 0.010\nangry 0.010\n";

class CliSingleTest : public testing::Test {
 protected:
  CliRun Classify(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(),
                     {"classify", "--address", server_.address()});
    return RunCli(arguments);
  }

  FakeEmotionServer server_;
};

TEST_F(CliSingleTest, TheFirstWordIsTheAnswer) {
  const CliRun run = Classify({"hello", "hi there", "i am sad"});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.out, kPlainSad);
  EXPECT_EQ(run.err, "");
  EXPECT_EQ(server_.calls().at(0).turns,
            (std::vector<std::string>{"hello", "hi there", "i am sad"}));
}

TEST_F(CliSingleTest, TurnsArriveAsTheyWereTyped) {
  const std::vector<std::vector<std::string>> cases = {
      {"one"},           {"one", "two"},  {"[a, b]", "{}", "%%"},
      {"", "", "three"}, {"info"},        {"classify", "classify"},
      {"a\tb\n"},        {"'a'", "\"b\""}};
  std::size_t calls = 0;
  for (const auto& turns : cases) {
    const CliRun run = Classify(turns);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    ASSERT_EQ(server_.calls().size(), ++calls);
    EXPECT_EQ(server_.calls().back().turns, turns);
  }
}

TEST_F(CliSingleTest, AfterTwoDashesATurnMayBeginWithADash) {
  const CliRun run = Classify({"--", "-_-", "--help"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(server_.calls().at(0).turns,
            (std::vector<std::string>{"-_-", "--help"}));
}

TEST_F(CliSingleTest, TheAddressMayComeFromTheEnvironment) {
  const CliRun run = RunCli({"classify", "i am sad"}, "",
                            {"EMOTION_ADDRESS=" + server_.address()});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.out, kPlainSad);
}

TEST_F(CliSingleTest, TimingsAndRequestIdAreAskedFor) {
  const CliRun run = Classify({"--timings", "--request-id", "abc", "i am sad"});
  EXPECT_EQ(run.out,
            std::string(kPlainSad) +
                "timings: tokenize 1.000 ms, queue 2.000 ms, compute 3.000 "
                "ms; batch of 4 dialogues, 80 tokens\n");
  EXPECT_EQ(server_.calls().at(0).request_id, "abc");
}

TEST_F(CliSingleTest, TheOutputMayBeJsonOrCsv) {
  EXPECT_EQ(Classify({"--output", "jsonl", "i am sad"}).out,
            R"({"status":"OK","label":"sad","probabilities":{"others":0.01,)"
            R"("happy":0.01,"sad":0.97,"angry":0.01},"truncated_turns":[],)"
            R"("tokens":20})"
            "\n");
  EXPECT_EQ(Classify({"--output", "csv", "i am sad"}).out,
            "id,status,label,p_others,p_happy,p_sad,p_angry,truncated_turns,"
            "tokens,error\r\n"
            ",OK,sad,0.010000,0.010000,0.970000,0.010000,,20,\r\n");
}

TEST_F(CliSingleTest, ARefusalNamesTheFieldAndEndsWithFour) {
  const CliRun run = Classify({"hello", ""});
  EXPECT_EQ(run.exit_code, 4);
  EXPECT_EQ(run.out, "");
  EXPECT_EQ(run.err,
            "emotion-client: dialogue.turns[0]: is empty (INVALID_ARGUMENT)\n");
}

TEST_F(CliSingleTest, AServerThatFailsEndsWithOne) {
  server_.Script("Classify",
                 {{.code = RpcCode::kInternal, .message = "broken\x1b[31m"}});
  const CliRun run = Classify({"hello"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(run.err, "emotion-client: broken [31m (INTERNAL)\n");
}

TEST_F(CliSingleTest, AServerTooLateEndsWithThree) {
  server_.Hold();
  const CliRun run = Classify({"--deadline-ms", "100", "hello"});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_EQ(run.err, "emotion-client: no answer from " + server_.address() +
                         " before the deadline (DEADLINE_EXCEEDED)\n");
}

TEST_F(CliSingleTest, InfoShowsTheModel) {
  const CliRun text = RunCli({"info", "--address", server_.address()});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_EQ(text.out,
            "model      fake 7\n"
            "labels     others, happy, sad, angry\n"
            "turns      at most 3 of 4096 bytes each\n"
            "tokens     at most 128 a dialogue; more is cut\n"
            "batch      at most 256 dialogues a call\n"
            "layout     packed\n"
            "precision  fp32\n"
            "traffic    everyday\n"
            "manifest   c0ffee\n");

  const CliRun run = RunCli({"info", "--json", "--address", server_.address()});
  const auto json = nlohmann::json::parse(run.out);
  EXPECT_EQ(json["model"]["version"], "7");
  EXPECT_EQ(json["labels"].size(), 4U);
  EXPECT_EQ(json["limits"]["max_batch_dialogues"], 256);
  EXPECT_EQ(json["traffic"], "everyday");
}

TEST(CliUsageTest, NobodyListeningEndsWithThreeAndOneSentence) {
  std::string address;
  {
    FakeEmotionServer gone;
    address = gone.address();
  }
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"classify", "hello"}, {"info"}}) {
    auto arguments = command;
    arguments.insert(arguments.end(), {"--address", address});
    const CliRun run = RunCli(arguments);
    EXPECT_EQ(run.exit_code, 3);
    EXPECT_EQ(run.err, "emotion-client: " + address +
                           " refuses the connection (UNAVAILABLE)\n");
  }
}

TEST(CliUsageTest, BadUsageEndsWithTwo) {
  struct Case {
    std::vector<std::string> arguments;
    std::string error;
  };
  const std::vector<Case> cases = {
      {{}, "A subcommand is required"},
      {{"guess"}, "A subcommand is required"},
      {{"classify"}, "neither turns nor --input"},
      {{"classify", "a", "--input", "-"}, "turns and --input were both"},
      {{"classify", "a", "b", "c", "d"}, "d"},
      {{"classify", "a", "--deadline-ms", "0"}, "--deadline-ms"},
      {{"classify", "a", "--in-flight", "many"}, "--in-flight"},
      {{"classify", "a", "--output", "xml"}, "--output"},
      {{"classify", "a", "--address", ""}, "address"},
      {{"classify", "--input", "/no/such"}, "/no/such: cannot be opened"},
  };
  for (const Case& each : cases) {
    const CliRun run = RunCli(each.arguments);
    EXPECT_EQ(run.exit_code, 2) << each.error;
    EXPECT_EQ(run.out, "");
    EXPECT_THAT(run.err, HasSubstr(each.error));
  }
}

TEST(CliUsageTest, HelpAndVersionAnswerThemselves) {
  const CliRun help = RunCli({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, HasSubstr("Examples:"));
  EXPECT_THAT(help.out, HasSubstr("Exit codes:"));
  EXPECT_THAT(RunCli({"--version"}).out, StartsWith("emotion-client "));
  EXPECT_THAT(RunCli({"classify", "--help"}).out, HasSubstr("--in-flight"));
}

}  // namespace
}  // namespace emotion::client
