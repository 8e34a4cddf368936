#include "client/cli/dialogue_reader.h"

#include <gtest/gtest.h>

#include <sstream>
#include <vector>

namespace emotion::client {
namespace {

// "id|turn|turn" for each dialogue, or the error at the end.
std::vector<std::string> ReadAll(const std::string& text, InputFormat format) {
  std::istringstream in(text);
  DialogueReader reader(in, "f", format);
  std::vector<std::string> all;
  for (;;) {
    const auto next = reader.Next();
    if (!next.ok()) {
      all.push_back(next.status().ToString());
      return all;
    }
    if (!next->has_value()) return all;
    std::string line = (*next)->id;
    for (const auto& turn : (*next)->turns) line += '|' + turn;
    all.push_back(line);
  }
}

struct Case {
  const char* what;
  std::string text;
  std::vector<std::string> expected;
};

TEST(DialogueReaderTest, ReadsTabSeparatedFiles) {
  const std::vector<Case> cases = {
      {"nothing", "", {}},
      {"EmoContext without a header, CRLF",
       "0\ta b\tc\td\tangry\r\n7\te\tf\tg\tothers\r\n",
       {"0|a b|c|d", "7|e|f|g"}},
      {"its test set has no labels", "0\ta\tb\tc\n", {"0|a|b|c"}},
      {"EmoContext with a header",
       "id\tturn1\tturn2\tturn3\tlabel\n5\ta\tb\tc\tsad\n",
       {"5|a|b|c"}},
      {"a header names the columns in any order and case",
       "Turn2\tTURN1\nb\ta\n",
       {"1|a|b"}},
      {"plain turns, one to three",
       "one\none\ttwo\none\ttwo\tthree\n",
       {"1|one", "2|one|two", "3|one|two|three"}},
      {"the last line needs no end", "one\ntwo", {"1|one", "2|two"}},
      {"empty lines are skipped and not numbered",
       "\n\r\none\n\ntwo\n",
       {"1|one", "2|two"}},
      {"a byte order mark is skipped", "\xEF\xBB\xBFone\n", {"1|one"}},
      {"turns may be empty", "\t\tone\n", {"1|||one"}},
      {"quotes mean nothing", "\"a\tb\"\n", {"1|\"a|b\""}},
      {"words of a header in a dialogue are no header",
       "id\tlabel\n",
       {"1|id|label"}},
      {"an empty id gets the number", "\ta\tb\tc\n", {"1|a|b|c"}},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(ReadAll(each.text, InputFormat::kTsv), each.expected)
        << each.what;
  }
}

TEST(DialogueReaderTest, ReadsJsonLines) {
  const std::vector<Case> cases = {
      {"with and without id",
       R"({"turns": ["a", "b"], "id": "x"})"
       "\n"
       R"({"turns": ["c"]})"
       "\r\n"
       R"({"id": 12, "turns": ["d\n"], "label": "sad"})",
       {"x|a|b", "2|c", "12|d\n"}},
      {"an id of null is none", R"({"turns": ["a"], "id": null})", {"1|a"}},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(ReadAll(each.text, InputFormat::kJsonl), each.expected)
        << each.what;
  }
}

TEST(DialogueReaderTest, ABrokenLineIsNamedWithWhatWasExpected) {
  struct Broken {
    InputFormat format;
    std::string text;
    std::string expected;
  };
  const auto tsv = InputFormat::kTsv;
  const auto jsonl = InputFormat::kJsonl;
  const std::vector<Broken> cases = {
      {tsv, "a\tb\tc\td\te\tf\n",
       "f:1: has 6 tab-separated columns: expected one to three turns, or id, "
       "three turns and perhaps a label"},
      {tsv, "\na\n0\ta\tb\tc\n",
       "f:3: has 4 tab-separated columns: expected one to three turns"},
      {tsv, "0\ta\tb\tc\na\n",
       "f:2: has 1 tab-separated column: expected id, three turns and perhaps "
       "a label"},
      {tsv, "id\tturn1\n0\ta\tb\n",
       "f:2: has 3 tab-separated columns: expected 2 as in the header"},
      {tsv, "a\n\xff\n", "f:2: is not UTF-8: expected text in UTF-8"},
      {tsv, std::string(DialogueReader::kMaxLineBytes + 1, 'a'),
       "f:1: is longer than 1 MiB: expected one dialogue a line"},
      {jsonl, "turns",
       R"(f:1: is not a JSON object: expected {"turns": ["..."]})"},
      {jsonl, "[1]",
       R"(f:1: is not a JSON object: expected {"turns": ["..."]})"},
      {jsonl, "{}",
       R"(f:1: lacks its turns: expected "turns" with one to three strings)"},
      {jsonl, R"({"turns": ["a", "b", "c", "d"]})",
       R"(f:1: lacks its turns: expected "turns" with one to three strings)"},
      {jsonl, R"({"turns": []})",
       R"(f:1: lacks its turns: expected "turns" with one to three strings)"},
      {jsonl, R"({"turns": [1]})",
       R"(f:1: has a turn that is no text: expected strings in "turns")"},
      {jsonl, R"({"turns": ["a"], "id": [1]})",
       R"(f:1: has an odd "id": expected a string or a whole number)"},
  };
  for (const Broken& each : cases) {
    const auto all = ReadAll(each.text, each.format);
    ASSERT_FALSE(all.empty()) << each.expected;
    EXPECT_EQ(all.back(), "INVALID_ARGUMENT: " + each.expected);
  }
}

TEST(DialogueReaderTest, ALineOfTheGreatestLengthIsRead) {
  const std::string longest(DialogueReader::kMaxLineBytes, 'a');
  EXPECT_EQ(ReadAll(longest + "\nb\n", InputFormat::kTsv),
            (std::vector<std::string>{"1|" + longest, "2|b"}));
}

TEST(DialogueReaderTest, CountsTheBytesItHasRead) {
  std::istringstream in("one\r\ntwo");
  DialogueReader reader(in, "f", InputFormat::kTsv);
  ASSERT_TRUE(reader.Next().ok());
  EXPECT_EQ(reader.bytes_read(), 5U);
  ASSERT_TRUE(reader.Next().ok());
  EXPECT_EQ(reader.bytes_read(), 8U);
}

TEST(DialogueReaderTest, TheEndingOfAFileImpliesItsFormat) {
  EXPECT_EQ(GuessInputFormat("a/b.jsonl"), InputFormat::kJsonl);
  EXPECT_EQ(GuessInputFormat("b.ndjson"), InputFormat::kJsonl);
  EXPECT_EQ(GuessInputFormat("b.json"), InputFormat::kJsonl);
  EXPECT_EQ(GuessInputFormat("b.tsv"), InputFormat::kTsv);
  EXPECT_EQ(GuessInputFormat("jsonl.txt"), InputFormat::kTsv);
  EXPECT_EQ(GuessInputFormat("-"), InputFormat::kTsv);
}

}  // namespace
}  // namespace emotion::client
