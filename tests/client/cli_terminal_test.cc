#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/classification.h"
#include "tests/client/run_terminal.h"
#include "tests/support/fake_emotion_server.h"

// What a person at a terminal sees: the true binary in a pseudo terminal.
namespace emotion::client {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class CliTerminalTest : public testing::Test {
 protected:
  CliRun Converse(const std::vector<TerminalStep>& steps,
                  const std::vector<std::string>& environment = {}) {
    return RunAtTerminal({"converse", "--address", server_.address()}, steps,
                         environment);
  }

  FakeEmotionServer server_;
};

TEST_F(CliTerminalTest, AClassificationHasAFaceColoursAndBars) {
  const CliRun run =
      RunAtTerminal({"classify", "--address", server_.address(), "sad"}, {});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.out, HasSubstr("😢 \x1b[34msad\x1b[0m\r\n"));
  EXPECT_THAT(run.out, HasSubstr("█"));
}

TEST_F(CliTerminalTest, NoColorTakesTheColoursAwayAndLeavesTheFace) {
  const CliRun run = RunAtTerminal(
      {"classify", "--address", server_.address(), "sad"}, {}, {"NO_COLOR=1"});
  EXPECT_THAT(run.out, HasSubstr("😢 sad\r\n"));
  EXPECT_THAT(run.out, Not(HasSubstr("\x1b[")));
}

TEST_F(CliTerminalTest, AConversationGoesOnUntilCtrlD) {
  const CliRun run = Converse({{"A> ", "hello\r"},
                               {"B> ", "sad\r"},
                               {"😢 \x1b[34msad", ""},
                               {"A> ", "\x04"}});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.out, HasSubstr("/help lists the commands"));
  EXPECT_EQ(server_.calls().back().turns, (Turns{"hello", "sad"}));
}

TEST_F(CliTerminalTest, ALineCanBeEditedAndCalledBack) {
  const std::string left = "\x1b[D";
  const std::string up = "\x1b[A";
  Converse({{"A> ", "gr\u00fc\u00df" + left + left + "\x7f" + "o\r"},
            {"B> ", up + "!\r"},
            {"A> ", "/quit\r"}},
           {"LC_ALL=C"});
  EXPECT_EQ(server_.calls().back().turns,
            (Turns{"go\u00fc\u00df", "go\u00fc\u00df!"}));
}

TEST_F(CliTerminalTest, AFailureIsToldAndTheTurnCanBeSaidAgain) {
  server_.Script("Classify",
                 {{.code = RpcCode::kInternal, .message = "broken"}});
  const CliRun run = Converse({{"A> ", "sad\r"},
                               {"broken (INTERNAL)", ""},
                               {"A> ", "sad\r"},
                               {"B> ", "/quit\r"}});
  EXPECT_EQ(run.exit_code, 0);
}

TEST_F(CliTerminalTest, CtrlCEndsItAtThePrompt) {
  const CliRun run = Converse({{"A> ", "hel\x03"}});
  EXPECT_EQ(run.exit_code, 130);
  EXPECT_THAT(run.out, ContainsRegex("\r\n$"));
}

TEST_F(CliTerminalTest, CtrlCEndsItWhileTheServerThinks) {
  server_.Hold();
  const CliRun run = Converse(
      {{"A> ", "hello\r"},
       {"", "\x03", [this] { EXPECT_TRUE(server_.WaitForCalls(1)); }}});
  EXPECT_EQ(run.exit_code, 130);
  EXPECT_TRUE(server_.WaitForCancelled(1));
}

}  // namespace
}  // namespace emotion::client
