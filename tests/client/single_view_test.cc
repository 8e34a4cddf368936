#include "client/cli/single_view.h"

#include <gtest/gtest.h>

namespace emotion::client {
namespace {

Classification Result(std::vector<LabelProbability> probabilities) {
  Classification result;
  result.label = "sad";
  result.probabilities = std::move(probabilities);
  return result;
}

TEST(SingleViewTest, ThePlainViewBeginsWithTheAnswer) {
  EXPECT_EQ(PlainView(Result({{"others", 0.25F}, {"sad", 0.75F}})),
            "sad 0.750\nothers 0.250\n");
}

TEST(SingleViewTest, ThePlainViewBeginsWithTheAnswerEvenInATie) {
  EXPECT_EQ(PlainView(Result({{"others", 0.5F}, {"sad", 0.5F}})),
            "sad 0.500\nothers 0.500\n");
}

TEST(SingleViewTest, TheTerminalViewHasABarForEachLabel) {
  Classification result = Result({{"others", 0.25F}, {"sad", 0.75F}});
  result.truncated_turns = {0, 2};
  EXPECT_EQ(TerminalView(result, false),
            "😢 sad\n"
            "\n"
            "  others  ██████                    25.0 %\n"
            "  sad     ██████████████████        75.0 %\n"
            "\n"
            "cut because too long: turn 1 3\n");
}

TEST(SingleViewTest, ColoursAreUsedOnlyWhenWelcome) {
  const Classification result = Result({{"sad", 1.0F}});
  EXPECT_EQ(TerminalView(result, true).substr(0, 19),
            "😢 \x1b[34msad\x1b[0m\n\n");
  EXPECT_EQ(TerminalView(result, false).find('\x1b'), std::string::npos);
}

TEST(SingleViewTest, TimingsAreOneLine) {
  Classification result = Result({{"sad", 1.0F}});
  result.timings = Timings{.tokenize = std::chrono::microseconds(12),
                           .queue = std::chrono::milliseconds(3),
                           .compute = std::chrono::milliseconds(9),
                           .batch_dialogues = 8,
                           .batch_tokens = 160};
  EXPECT_EQ(PlainView(result),
            "sad 1.000\n"
            "timings: tokenize 0.012 ms, queue 3.000 ms, compute 9.000 ms; "
            "batch of 8 dialogues, 160 tokens\n");
}

}  // namespace
}  // namespace emotion::client
