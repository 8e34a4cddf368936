#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "client/load/result_json.h"
#include "tests/client/run_cli.h"
#include "tests/support/fake_emotion_server.h"

namespace emotion::load {
namespace {

using client::CliRun;
using client::RunCli;
using client::ScratchFile;
using testing::HasSubstr;

class LoadCommandTest : public testing::Test {
 protected:
  CliRun Load(std::vector<std::string> words) {
    words.insert(words.begin(), {"load", "--address", server_.address(),
                                 "--warmup", "0s", "--json", json_.path()});
    return RunCli(words);
  }

  LoadResult Written() const {
    std::ifstream file(json_.path());
    auto result = FromJson(file, "json");
    EXPECT_TRUE(result.ok());
    return result.ok() ? *result : LoadResult();
  }

  FakeEmotionServer server_;
  const ScratchFile json_{"result.json", ""};
};

TEST_F(LoadCommandTest, MeasuresAndComparesAnswersWithTheLabels) {
  const ScratchFile input(
      "dev.txt", "0\ta\tb\tso happy\thappy\n1\ta\tb\tso sad\tothers\n");
  const ScratchFile html("report.html", "");
  const ScratchFile csv("result.csv", "");
  const CliRun run = Load({"--rate", "200", "--arrivals", "constant",
                           "--duration", "1s", "--input", input.path(),
                           "--html", html.path(), "--csv", csv.path()});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("200 requests in"));
  EXPECT_THAT(run.out, HasSubstr("accuracy 0.5000 of 200"));
  EXPECT_EQ(run.out.find('\x1b'), std::string::npos);
  const LoadResult result = Written();
  EXPECT_EQ(result.counts.ok, 200u);
  EXPECT_EQ(result.answers.labels.at("happy"), 100u);
  EXPECT_EQ(result.answers.inconsistent, 0u);
  std::ostringstream page;
  page << std::ifstream(html.path()).rdbuf();
  EXPECT_THAT(page.str(), HasSubstr("Percentiles of both times"));
}

TEST_F(LoadCommandTest, BatchesErrorsAndAMissedObjectiveAreTold) {
  server_.Script("ClassifyBatch", {{.code = RpcCode::kResourceExhausted},
                                   {.code = RpcCode::kResourceExhausted}});
  const CliRun run =
      Load({"--rate", "100", "--arrivals", "constant", "--duration", "500ms",
            "--batch", "3", "--objective", "errors<1%"});
  EXPECT_EQ(run.exit_code, 1) << run.err;
  const LoadResult result = Written();
  EXPECT_EQ(result.counts.errors.at("RESOURCE_EXHAUSTED"), 2u);
  EXPECT_EQ(result.counts.dialogues, 3 * result.counts.ok);
  EXPECT_EQ(server_.calls().size(), 50u) << "nothing is sent twice";
}

TEST_F(LoadCommandTest, AClosedLoopOverSeveralConnectionsWorks) {
  const CliRun run = Load({"--concurrency", "8", "--connections", "4",
                           "--threads", "2", "--duration", "500ms"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_GT(Written().counts.ok, 8u);
}

TEST_F(LoadCommandTest, DeadlinesAndCancellationsReachTheServer) {
  server_.Hold();
  const CliRun run = Load({"--rate", "100", "--duration", "500ms", "--deadline",
                           "100ms", "--cancel-share", "50%", "--cancel-within",
                           "20ms", "--arrivals", "constant"});
  EXPECT_EQ(run.exit_code, 1);
  const LoadResult result = Written();
  EXPECT_EQ(result.counts.ok, 0u);
  EXPECT_GT(result.counts.cancelled, 10u);
  EXPECT_EQ(result.counts.cancelled + result.counts.ErrorCount(), 50u);
  EXPECT_GE(result.response.max(), 99'000'000u);
}

TEST_F(LoadCommandTest, ResultsCanBeMergedAndCompared) {
  EXPECT_EQ(Load({"--rate", "50", "--duration", "200ms"}).exit_code, 0);
  const CliRun merged = RunCli({"load", "--merge", json_.path(), json_.path()});
  EXPECT_EQ(merged.exit_code, 0) << merged.err;
  EXPECT_THAT(merged.out, HasSubstr(" answers/s"));
  const CliRun compared =
      RunCli({"load", "--compare", json_.path(), json_.path()});
  EXPECT_EQ(compared.exit_code, 0) << compared.err;
  EXPECT_THAT(compared.out, HasSubstr("+0.0 %"));
  EXPECT_EQ(RunCli({"load", "--merge", "/none.json"}).exit_code, 2);
}

TEST_F(LoadCommandTest, BadUsageNamesTheOption) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{}, "--concurrency, --rate"},
      {{"--rate", "1", "--concurrency", "1"}, "exactly one"},
      {{"--rate", "1", "--duration", "5"}, "duration: is \"5\""},
      {{"--rate", "1", "--objective", "p99"}, "objective: is \"p99\""},
      {{"--rate", "1", "--batch", "0"}, "batch: is \"0\""},
      {{"--rate", "1", "--deadline", "1"}, "deadline: is \"1\""},
      {{"--rate", "1", "--priority-mix", "bulk:50%"}, "priority-mix: is"},
      {{"--rate", "1", "--priority-mix", "unsaid"}, "interactive or bulk"},
      {{"--rate", "1", "--metrics-address", "9464"}, "metrics-address: is"},
      {{"--rate", "1", "--metrics-address", "h:0"}, "metrics-address: is"},
      {{"--rate", "1", "--words", "2:1"}, "words: is \"2:1\""},
      {{"--rate", "1", "--curve", "1,x"}, "curve: is \"1,x\""},
      {{"--rate", "1", "--input", "/none"}, "input: is \"/none\""},
      {{"--ramp", "5"}, "rate: is \"5\""},
      {{"--rate", "1", "--cancel-share", "2"}, "cancel-share: is \"2\""}};
  for (const auto& [words, complaint] : cases) {
    const CliRun run = Load(words);
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, HasSubstr(complaint));
  }
  EXPECT_TRUE(server_.calls().empty());
}

TEST_F(LoadCommandTest, FindRateSaysWhatTheServerCanDo) {
  const CliRun run = Load(
      {"--find-rate", "rate>1000000", "--trial", "100ms", "--duration", "1s"});
  EXPECT_EQ(run.exit_code, 1) << run.err;
  EXPECT_THAT(run.out, HasSubstr("highest rate for rate>1000000: 0.0/s"));
}

}  // namespace
}  // namespace emotion::load
