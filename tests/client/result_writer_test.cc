#include "client/cli/result_writer.h"

#include <gtest/gtest.h>

#include <sstream>

namespace emotion::client {
namespace {

Classification Sad() {
  Classification result;
  result.label = "sad";
  result.probabilities = {{"others", 0.0014F}, {"sad", 0.9986F}};
  result.truncated_turns = {0, 2};
  result.tokens = 31;
  result.timings = Timings{.tokenize = std::chrono::microseconds(30),
                           .queue = std::chrono::nanoseconds(0),
                           .compute = std::chrono::microseconds(9250),
                           .batch_dialogues = 2,
                           .batch_tokens = 50};
  return result;
}

// One classified dialogue and one that failed.
std::string Written(WriterOptions options) {
  std::ostringstream out;
  options.labels = {"others", "sad"};
  const auto writer = ResultWriter::Make(options, out);
  writer->Write({"a,1", {"hi", "i\x1b[2Jam \xC2\x9B sad"}}, Sad());
  writer->Write({"2", {"hi"}},
                Status(StatusCode::kInvalidArgument, "is \"bad\"")
                    .WithField("dialogue.turns[0]"));
  return out.str();
}

TEST(ResultWriterTest, WritesCsv) {
  EXPECT_EQ(
      Written({.format = OutputFormat::kCsv}),
      "id,status,label,p_others,p_sad,truncated_turns,tokens,error\r\n"
      "\"a,1\",OK,sad,0.001400,0.998600,0 2,31,\r\n"
      "2,INVALID_ARGUMENT,,,,,,\"dialogue.turns[0]: is \"\"bad\"\"\"\r\n");
}

TEST(ResultWriterTest, WritesCsvWithTimings) {
  EXPECT_EQ(Written({.format = OutputFormat::kCsv, .timings = true}),
            "id,status,label,p_others,p_sad,truncated_turns,tokens,"
            "tokenize_ms,queue_ms,compute_ms,error\r\n"
            "\"a,1\",OK,sad,0.001400,0.998600,0 2,31,0.030,0.000,9.250,\r\n"
            "2,INVALID_ARGUMENT,,,,,,,,,"
            "\"dialogue.turns[0]: is \"\"bad\"\"\"\r\n");
}

TEST(ResultWriterTest, WritesJsonLines) {
  EXPECT_EQ(Written({.format = OutputFormat::kJsonl}),
            R"({"id":"a,1","status":"OK","label":"sad","probabilities":)"
            R"({"others":0.0014,"sad":0.9986},"truncated_turns":[0,2],)"
            R"("tokens":31})"
            "\n"
            R"({"id":"2","status":"INVALID_ARGUMENT",)"
            R"("error":"dialogue.turns[0]: is \"bad\""})"
            "\n");
}

TEST(ResultWriterTest, WritesJsonLinesWithTimings) {
  const std::string text =
      Written({.format = OutputFormat::kJsonl, .timings = true});
  EXPECT_NE(text.find(R"("timings":{"tokenize_ms":0.03,"queue_ms":0.0,)"
                      R"("compute_ms":9.25,"batch_dialogues":2,)"
                      R"("batch_tokens":50}})"
                      "\n"),
            std::string::npos)
      << text;
}

TEST(ResultWriterTest, WritesATableWithoutControlCharacters) {
  EXPECT_EQ(Written({.format = OutputFormat::kTable}),
            "id        label   prob   last turn\n"
            "a,1       sad     0.999  i [2Jam   sad\n"
            "2         INVALID_ARGUMENT: dialogue.turns[0]: is \"bad\"\n");
}

TEST(ResultWriterTest, WritesATableWithTimingsAndColours) {
  EXPECT_EQ(
      Written(
          {.format = OutputFormat::kTable, .timings = true, .colours = true}),
      "id        label   prob   tokenize/queue/compute ms  last turn\n"
      "a,1       \x1b[34msad     \x1b[0m0.999  "
      "0.030/0.000/9.250          i [2Jam   sad\n"
      "2         INVALID_ARGUMENT: dialogue.turns[0]: is \"bad\"\n");
}

TEST(ResultWriterTest, ALabelTheHeaderLacksLeavesItsCellsEmpty) {
  std::ostringstream out;
  Classification result;
  result.label = "calm";
  result.probabilities = {{"calm", 1.0F}};
  ResultWriter::Make({.format = OutputFormat::kCsv, .labels = {"sad"}}, out)
      ->Write({"1", {"hi"}}, result);
  EXPECT_EQ(out.str(),
            "id,status,label,p_sad,truncated_turns,tokens,error\r\n"
            "1,OK,calm,,,0,\r\n");
}

TEST(ResultWriterTest, CsvFieldsAreQuotedAsRfc4180Says) {
  EXPECT_EQ(CsvField(""), "");
  EXPECT_EQ(CsvField("a b"), "a b");
  EXPECT_EQ(CsvField("a,b"), "\"a,b\"");
  EXPECT_EQ(CsvField("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(CsvField("a\nb"), "\"a\nb\"");
  EXPECT_EQ(CsvField("a\rb"), "\"a\rb\"");
}

}  // namespace
}  // namespace emotion::client
