#include "client/cli/converse_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <sstream>
#include <vector>

namespace emotion::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A person who types what a test has written down.
class ScriptedLines final : public LineSource {
 public:
  explicit ScriptedLines(std::deque<std::string> lines)
      : lines_(std::move(lines)) {}

  Result<std::optional<std::string>> Next(const std::string& prompt) override {
    prompts_ += prompt;
    if (lines_.empty()) return std::optional<std::string>();
    std::optional<std::string> line = lines_.front();
    lines_.pop_front();
    return line;
  }
  const std::string& prompts() const { return prompts_; }

 private:
  std::deque<std::string> lines_;
  std::string prompts_;
};

class ConverseSessionTest : public testing::Test {
 protected:
  // Classifies every turn to be sad, but for "no", and "gone".
  Result<Classification> Classify(const Turns& turns) {
    asked_.push_back(turns);
    if (turns.back() == "no") {
      return Status(StatusCode::kInvalidArgument, "is wrong")
          .WithField("dialogue.turns[0]");
    }
    if (turns.back() == "gone") {
      return Status(StatusCode::kUnavailable, "nobody there");
    }
    Classification result;
    result.label = "sad";
    result.probabilities = {{"others", 0.25F}, {"sad", 0.75F}};
    return result;
  }

  ExitCode Run(std::deque<std::string> typed, ConverseOptions options) {
    ScriptedLines lines(std::move(typed));
    const Console console{in_, out_, err_};
    ConverseSession session(
        console, lines, [this](const Turns& turns) { return Classify(turns); },
        options);
    const ExitCode code = session.Run();
    prompts_ = lines.prompts();
    return code;
  }
  ExitCode RunInteractive(std::deque<std::string> typed) {
    return Run(std::move(typed), {.interactive = true});
  }

  std::istringstream in_;
  std::ostringstream out_;
  std::ostringstream err_;
  std::string prompts_;
  std::vector<Turns> asked_;
};

TEST_F(ConverseSessionTest, EachTurnOfAPipeIsOneLine) {
  EXPECT_EQ(Run({"a", "", "b"}, {}), kExitAllAnswered);
  EXPECT_EQ(out_.str(),
            "sad 0.750 others 0.250\n"
            "sad 0.750 others 0.250\n");
  EXPECT_THAT(asked_, ElementsAre(Turns{"a"}, Turns{"a", "b"}));
}

TEST_F(ConverseSessionTest, AFailureInAPipeIsALineTooAndItGoesOn) {
  EXPECT_EQ(Run({"a", "no", "b"}, {}), kExitFailed);
  EXPECT_EQ(out_.str(),
            "sad 0.750 others 0.250\n"
            "! INVALID_ARGUMENT\n"
            "sad 0.750 others 0.250\n");
  EXPECT_EQ(err_.str(),
            "emotion-client: turn 2: dialogue.turns[0]: is wrong "
            "(INVALID_ARGUMENT)\n");
  EXPECT_THAT(asked_.back(), ElementsAre("a", "b"));
}

TEST_F(ConverseSessionTest, OnlyTheChosenSpeakerIsClassified) {
  EXPECT_EQ(Run({"1", "2", "3", "4"}, {.classified = Speakers::kB}),
            kExitAllAnswered);
  EXPECT_THAT(asked_, ElementsAre(Turns{"1", "2"}, Turns{"2", "3", "4"}));
  asked_.clear();
  Run({"1", "no", "no", "4", "5"}, {.classified = Speakers::kA});
  EXPECT_THAT(asked_, ElementsAre(Turns{"1"}, Turns{"1", "no", "no"},
                                  Turns{"no", "4", "5"}));
}

TEST_F(ConverseSessionTest, JsonLinesCarryTheNumberOfTheTurn) {
  EXPECT_EQ(Run({"a", "/reset", "gone"}, {.json = true}), kExitFailed);
  EXPECT_EQ(out_.str(),
            R"({"id":"1","status":"OK","label":"sad","probabilities":)"
            R"({"others":0.25,"sad":0.75},"truncated_turns":[],"tokens":0})"
            "\n"
            R"({"id":"2","status":"UNAVAILABLE","error":"nobody there"})"
            "\n");
  EXPECT_THAT(asked_, ElementsAre(Turns{"a"}, Turns{"gone"}));
}

TEST_F(ConverseSessionTest, WithoutAnyAnswerTheServerIsUnreachable) {
  EXPECT_EQ(Run({"gone", "gone"}, {}), kExitUnreachable);
  EXPECT_EQ(Run({"gone", "a"}, {}), kExitFailed);
  EXPECT_EQ(Run({"/what"}, {}), kExitFailed);
}

TEST_F(ConverseSessionTest, APersonSeesBarsAndWhoseTurnItIs) {
  EXPECT_EQ(RunInteractive({"a", "b"}), kExitAllAnswered);
  EXPECT_EQ(prompts_, "A> B> A> ");
  EXPECT_THAT(out_.str(), HasSubstr("\n\n😢 sad\n\n  others  ██████ "));
}

TEST_F(ConverseSessionTest, APersonMaySayAgainWhatFailed) {
  EXPECT_EQ(RunInteractive({"a", "no", "b"}), kExitAllAnswered);
  EXPECT_EQ(prompts_, "A> B> B> A> ");
  EXPECT_EQ(err_.str(),
            "emotion-client: dialogue.turns[0]: is wrong (INVALID_ARGUMENT)\n");
  EXPECT_THAT(asked_.back(), ElementsAre("a", "b"));
}

TEST_F(ConverseSessionTest, CommandsAreHandled) {
  EXPECT_EQ(RunInteractive({"1", "2", "3", "/turns", "/reset", "/turns",
                            "/help", "/what\x1b", "4", "/quit", "5"}),
            kExitAllAnswered);
  EXPECT_EQ(prompts_, "A> B> A> B> B> A> A> A> A> B> ");
  EXPECT_THAT(out_.str(), HasSubstr("\nB: 2\nA: 3\n/help "));
  EXPECT_THAT(err_.str(), HasSubstr("there is no command /what ;"));
  EXPECT_EQ(asked_.back(), (Turns{"4"}));
}

TEST_F(ConverseSessionTest, HelpStaysOutOfTheResultsOfAPipe) {
  EXPECT_EQ(Run({"a", "/turns", "/help"}, {}), kExitAllAnswered);
  EXPECT_EQ(out_.str(), "sad 0.750 others 0.250\n");
  EXPECT_THAT(err_.str(), HasSubstr("A: a\n/help "));
}

}  // namespace
}  // namespace emotion::client
