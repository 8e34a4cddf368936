#include "client/load/dialogue_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace emotion::load {
namespace {

using testing::ElementsAre;

TEST(DialogueSourceTest, ReadsEmoContextWithItsLabels) {
  std::istringstream in("0\thi\tho\tim glad\thappy\n1\ta\tb\tc\tothers\n");
  client::DialogueReader reader(in, "dev", client::InputFormat::kTsv);
  const auto all = ReadAll(reader, "dev");
  ASSERT_TRUE(all.ok());
  ASSERT_EQ(all->size(), 2u);
  EXPECT_THAT((*all)[0].turns, ElementsAre("hi", "ho", "im glad"));
  EXPECT_EQ((*all)[0].label, "happy");
  EXPECT_EQ((*all)[1].label, "others");
}

TEST(DialogueSourceTest, ReadsJsonLinesWithTheirLabels) {
  std::istringstream in(R"({"turns": ["a"], "label": "sad"})");
  client::DialogueReader reader(in, "x", client::InputFormat::kJsonl);
  EXPECT_EQ(ReadAll(reader, "x")->front().label, "sad");
}

TEST(DialogueSourceTest, AnEmptyFileIsRefused) {
  std::istringstream in("");
  client::DialogueReader reader(in, "none", client::InputFormat::kTsv);
  EXPECT_EQ(ReadAll(reader, "none").status().field(), "none");
}

std::size_t Words(const client::InputDialogue& dialogue) {
  std::size_t words = 0;
  for (const std::string& turn : dialogue.turns) {
    std::istringstream in(turn);
    for (std::string word; in >> word;) ++words;
  }
  return words;
}

TEST(DialogueSourceTest, MadeUpDialoguesHaveTheLengthsAskedFor) {
  std::set<std::size_t> lengths;
  for (const auto& each : MakeDialogues({3, 5}, 200, 1)) {
    EXPECT_EQ(each.turns.size(), 3u);
    EXPECT_FALSE(each.turns.back().empty());
    EXPECT_EQ(each.label, "");
    lengths.insert(Words(each));
  }
  EXPECT_THAT(lengths, ElementsAre(3, 4, 5));
  EXPECT_EQ(MakeDialogues({3, 9}, 5, 1)[4].turns,
            MakeDialogues({3, 9}, 5, 1)[4].turns);
}

TEST(DialogueSourceTest, InOrderMeansFromTheBeginningAgain) {
  DialogueOrder order(3, false, 1);
  std::vector<std::size_t> seen;
  for (int i = 0; i < 5; ++i) seen.push_back(order.Next());
  EXPECT_THAT(seen, ElementsAre(0, 1, 2, 0, 1));
}

TEST(DialogueSourceTest, SampledMeansEachAsOften) {
  DialogueOrder order(4, true, 9);
  std::vector<int> times(4);
  for (int i = 0; i < 4000; ++i) ++times[order.Next()];
  for (int each : times) EXPECT_NEAR(each, 1000, 120);
}

}  // namespace
}  // namespace emotion::load
