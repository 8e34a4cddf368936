#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/classification.h"
#include "client/cli/line_source.h"
#include "tests/client/run_cli.h"
#include "tests/support/fake_emotion_server.h"

// A conversation through a pipe: the true binary against a true server.
namespace emotion::client {
namespace {

using testing::HasSubstr;

constexpr char kSad[] = "sad 0.970 others 0.010 happy 0.010 angry 0.010\n";
constexpr char kOthers[] = "others 0.970 happy 0.010 sad 0.010 angry 0.010\n";

class CliConverseTest : public testing::Test {
 protected:
  CliRun Converse(const std::string& input,
                  std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.begin(),
                     {"converse", "--address", server_.address()});
    return RunCli(arguments, input);
  }

  FakeEmotionServer server_;
};

TEST_F(CliConverseTest, EachLineIsClassifiedInViewOfTheTwoBefore) {
  const CliRun run = Converse("hello\r\n\nhi\nsad\nbye");
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.out, std::string(kOthers) + kOthers + kSad + kOthers);
  EXPECT_EQ(run.err, "");
  const auto calls = server_.calls();
  ASSERT_EQ(calls.size(), 4U);
  EXPECT_EQ(calls[2].turns, (Turns{"hello", "hi", "sad"}));
  EXPECT_EQ(calls[3].turns, (Turns{"hi", "sad", "bye"}));
}

TEST_F(CliConverseTest, OptionsChooseWhoIsClassifiedAndHow) {
  const CliRun run =
      Converse("hello\nsad\n", {"--judge", "b", "--output", "jsonl"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr(R"({"id":"2","status":"OK","label":"sad")"));
  EXPECT_EQ(server_.calls().size(), 1U);
}

TEST_F(CliConverseTest, AServerThatFailsOnceDoesNotEndIt) {
  server_.Script("Classify",
                 {{.code = RpcCode::kInternal, .message = "broken"}});
  const CliRun run = Converse("hello\nsad\n");
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(run.out, std::string("! INTERNAL\n") + kSad);
  EXPECT_EQ(run.err, "emotion-client: turn 1: broken (INTERNAL)\n");
}

TEST_F(CliConverseTest, AnEmptyInputIsNoMistake) {
  EXPECT_EQ(Converse("").exit_code, 0);
  EXPECT_EQ(Converse("/quit\nhello\n").out, "");
  EXPECT_TRUE(server_.calls().empty());
}

TEST_F(CliConverseTest, ALineTooLongEndsWithTwoAndNamesTheLine) {
  const std::string most(LineSource::kMaxLineBytes, 'x');
  EXPECT_EQ(Converse(most).exit_code, 0);
  EXPECT_EQ(Converse(most + "\r\n").exit_code, 0);
  for (const char* end : {"x", "x\n", "xxxxxxxx\n", "\rx\n"}) {
    const CliRun run = Converse("hello\n" + most + end);
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_EQ(run.out, kOthers);
    EXPECT_EQ(run.err,
              "emotion-client: stdin:2: is too long: expected at most 65536 "
              "bytes (INVALID_ARGUMENT)\n");
  }
}

TEST(CliConverseUsageTest, BadUsageEndsWithTwo) {
  EXPECT_EQ(RunCli({"converse", "--judge", "c"}).exit_code, 2);
  EXPECT_EQ(RunCli({"converse", "--output", "csv"}).exit_code, 2);
  EXPECT_EQ(RunCli({"converse", "--address", ""}).exit_code, 2);
}

TEST(CliConverseUsageTest, NobodyListeningEndsWithThree) {
  std::string address;
  {
    FakeEmotionServer gone;
    address = gone.address();
  }
  const CliRun run = RunCli({"converse", "--address", address}, "hello\n");
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_EQ(run.out, "! UNAVAILABLE\n");
}

}  // namespace
}  // namespace emotion::client
