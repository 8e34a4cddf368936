#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/client/run_cli.h"
#include "tests/support/fake_emotion_server.h"

// Many dialogues: the true binary against a true server.
namespace emotion::client {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr char kEmoContext[] =
    "0\thi\tyes\tso happy\thappy\r\n"
    "1\ta, b\tc\tso sad\tsad\r\n"
    "2\td\te\t\tothers\r\n"
    "3\tf\tg\tthe, end\tothers\r\n";

class CliManyTest : public testing::Test {
 protected:
  CliRun Classify(std::vector<std::string> arguments,
                  const std::string& input = "") {
    arguments.insert(arguments.begin(),
                     {"classify", "--address", server_.address()});
    return RunCli(arguments, input);
  }

  FakeEmotionServer server_;
};

TEST_F(CliManyTest, AFileOfEmoContextBecomesATable) {
  const ScratchFile file("dev.txt", kEmoContext);
  const CliRun run = Classify({"--input", file.path()});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(run.out,
            "id        label   prob   last turn\n"
            "0         happy   0.970  so happy\n"
            "1         sad     0.970  so sad\n"
            "2         INVALID_ARGUMENT: dialogue.turns[0]: is empty\n"
            "3         others  0.970  the, end\n");
  EXPECT_THAT(run.err, StartsWith("4 dialogues in "));
  EXPECT_THAT(run.err, EndsWith(": 3 answered, 1 failed; happy 1, others 1, "
                                "sad 1\n"));
}

TEST_F(CliManyTest, CsvHasARowForEachDialogue) {
  const ScratchFile file("dev.txt", kEmoContext);
  const CliRun run =
      Classify({"--input", file.path(), "--output", "csv", "--timings"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(
      run.out,
      "id,status,label,p_others,p_happy,p_sad,p_angry,truncated_turns,tokens,"
      "tokenize_ms,queue_ms,compute_ms,error\r\n"
      "0,OK,happy,0.010000,0.970000,0.010000,0.010000,,20,1.000,2.000,3.000,"
      "\r\n"
      "1,OK,sad,0.010000,0.010000,0.970000,0.010000,,20,1.000,2.000,3.000,"
      "\r\n"
      "2,INVALID_ARGUMENT,,,,,,,,,,,dialogue.turns[0]: is empty\r\n"
      "3,OK,others,0.970000,0.010000,0.010000,0.010000,,20,1.000,2.000,3.000,"
      "\r\n");
}

TEST_F(CliManyTest, JsonLinesGoInAndOutThroughPipes) {
  const CliRun run =
      Classify({"--input", "-", "--format", "jsonl", "--output", "jsonl"},
               R"({"turns": ["so angry"], "id": "x"})"
               "\n"
               R"({"turns": ["<cut>", "no"]})"
               "\n");
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.out,
            R"({"id":"x","status":"OK","label":"angry","probabilities":)"
            R"({"others":0.01,"happy":0.01,"sad":0.01,"angry":0.97},)"
            R"("truncated_turns":[],"tokens":20})"
            "\n"
            R"({"id":"2","status":"OK","label":"others","probabilities":)"
            R"({"others":0.97,"happy":0.01,"sad":0.01,"angry":0.01},)"
            R"("truncated_turns":[0],"tokens":20})"
            "\n");
}

TEST_F(CliManyTest, AnswersOutOfOrderAreWrittenInOrder) {
  server_.Hold();
  CliRun run;
  std::thread cli([&] {
    run = Classify({"--input", "-", "--in-flight", "3"},
                   "so happy\nso sad\nso angry\nnothing\n");
  });
  // The info call and three dialogues; the fourth must wait. The held ones are
  // answered from the last to the first.
  EXPECT_TRUE(server_.WaitForCalls(4));
  EXPECT_EQ(server_.calls().size(), 4U);
  server_.Release();
  cli.join();

  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.out,
            "id        label   prob   last turn\n"
            "1         happy   0.970  so happy\n"
            "2         sad     0.970  so sad\n"
            "3         angry   0.970  so angry\n"
            "4         others  0.970  nothing\n");
}

TEST_F(CliManyTest, AnEmptyInputIsAllAnswered) {
  const CliRun run = Classify({"--input", "-"}, "");
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.err, StartsWith("0 dialogues in "));
}

TEST_F(CliManyTest, ABrokenLineEndsTheReadingAndIsNamed) {
  const ScratchFile file("in.tsv", "so sad\na\tb\tc\td\nso happy\n");
  const CliRun run = Classify({"--input", file.path()});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.out, EndsWith("1         sad     0.970  so sad\n"));
  EXPECT_THAT(run.err,
              HasSubstr("emotion-client: " + file.path() +
                        ":2: has 4 tab-separated columns: expected one to "
                        "three turns (INVALID_ARGUMENT)\n"));
}

TEST_F(CliManyTest, AFolderIsNoInput) {
  const CliRun run = Classify({"--input", testing::TempDir()});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("expected a file"));
}

TEST_F(CliManyTest, AServerThatIsGoneEndsTheRun) {
  const FakeReply gone{
      .code = RpcCode::kUnavailable, .message = "closing", .push_back = "-1"};
  server_.ScriptTurn("gone", gone);
  const CliRun run =
      Classify({"--input", "-", "--in-flight", "2"},
               "so sad\ngone\nso sad\ngone\ngone\n" + std::string(1000, '\n') +
                   "so sad\n" + std::string("gone\ngone\n") +
                   "so sad\nso sad\nso sad\nso sad\nso sad\n"
                   "so sad\nso sad\nso sad\nso sad\n");
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_THAT(run.err, EndsWith("emotion-client: closing (UNAVAILABLE)\n"));
  EXPECT_LT(server_.calls().size(), 17U);
}

TEST_F(CliManyTest, NoneAnsweredIsUnreachableHoweverFewTheyAre) {
  server_.ScriptTurn(
      "gone",
      {.code = RpcCode::kUnavailable, .message = "closing", .push_back = "-1"});
  EXPECT_EQ(Classify({"--input", "-"}, "gone\ngone\n").exit_code, 3);
  EXPECT_EQ(Classify({"--input", "-"}, "gone\nso sad\n").exit_code, 1);
}

TEST(CliManyUsageTest, NobodyListeningIsFoundBeforeTheInputIsRead) {
  std::string address;
  {
    FakeEmotionServer gone;
    address = gone.address();
  }
  const CliRun run =
      RunCli({"classify", "--input", "-", "--address", address}, "a\n");
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_EQ(run.out, "");
  EXPECT_EQ(run.err, "emotion-client: " + address +
                         " refuses the connection (UNAVAILABLE)\n");
}

}  // namespace
}  // namespace emotion::client
