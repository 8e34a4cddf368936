#include "client/cli/progress.h"

#include <gtest/gtest.h>

#include <sstream>
#include <vector>

#include "client/cli/classify_many.h"

namespace emotion::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(ProgressTest, TheLineShowsWhatIsKnown) {
  struct Case {
    RunState state;
    std::string expected;
  };
  const std::vector<Case> cases = {
      {{0, 0, 0, {}, seconds(0)}, "0 dialogues"},
      {{1200, 0, 4800, 10000, seconds(5)},
       "1200 dialogues, 240/s, 48 %, 0:05 left"},
      {{1200, 2, 4800, {}, seconds(5)}, "1200 dialogues, 240/s, 2 failed"},
      {{10, 0, 1, 1000, seconds(1)}, "10 dialogues, 10/s, 0 %, 16:39 left"},
      {{10, 0, 0, 1000, seconds(1)}, "10 dialogues, 10/s, 0 %"},
      {{10, 0, 2000, 1000, seconds(1)}, "10 dialogues, 10/s, 100 %, 0:00 left"},
      {{10, 0, 5, 0, seconds(1)}, "10 dialogues, 10/s"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(ProgressLine(each.state), each.expected);
  }
}

TEST(ProgressTest, TheLineIsRedrawnAtMostTenTimesASecond) {
  std::ostringstream terminal;
  Progress progress(&terminal);
  progress.Show({1, 0, 0, {}, milliseconds(0)});
  progress.Show({2, 0, 0, {}, milliseconds(99)});
  progress.Show({3, 0, 0, {}, milliseconds(100)});
  progress.Clear();
  progress.Clear();
  EXPECT_EQ(terminal.str(),
            "\r\x1b[K1 dialogues\r\x1b[K3 dialogues, 30/s\r\x1b[K");
}

TEST(ProgressTest, WithoutATerminalNothingIsShown) {
  Progress progress(nullptr);
  progress.Show({1, 0, 0, {}, milliseconds(0)});
  progress.Clear();
}

TEST(ProgressTest, TheSummaryCountsEverything) {
  ManyOutcome outcome;
  outcome.answered = 3;
  outcome.failed = 1;
  outcome.labels = {{"happy", 1}, {"sad", 2}};
  outcome.elapsed = milliseconds(1600);
  EXPECT_EQ(Summary(outcome),
            "4 dialogues in 1.6 s (2.5/s): 3 answered, 1 failed; happy 1, "
            "sad 2");
  EXPECT_EQ(Summary({}), "0 dialogues in 0.0 s: 0 answered, 0 failed");
}

}  // namespace
}  // namespace emotion::client
