#include "common/completion.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace emotion {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using std::string_literals::operator""s;

using Answers = std::vector<std::string>;

// Writes each answer down: the number, or the status.
Completion<std::string> Recorder(Answers& answers) {
  return Completion<std::string>([&answers](Result<std::string> result) {
    answers.push_back(result.ok() ? *result : result.status().ToString());
  });
}

constexpr char kDropped[] = "INTERNAL: the request was dropped";

TEST(CompletionTest, AnAnswerIsGivenOnce) {
  Answers answers;
  {
    Completion<std::string> completion = Recorder(answers);
    EXPECT_TRUE(completion);
    completion("7"s);
    EXPECT_FALSE(completion);
    completion("8"s);
    completion(Status(StatusCode::kCancelled, "late"));
  }
  EXPECT_THAT(answers, ElementsAre("7"));
}

TEST(CompletionTest, AStatusIsAnAnswer) {
  Answers answers;
  Recorder(answers)(Status(StatusCode::kUnavailable, "closing"));
  EXPECT_THAT(answers, ElementsAre("UNAVAILABLE: closing"));
}

TEST(CompletionTest, DestroyedUnfiredItAnswersInternal) {
  Answers answers;
  { const Completion<std::string> completion = Recorder(answers); }
  EXPECT_THAT(answers, ElementsAre(kDropped));
}

TEST(CompletionTest, AMovedCompletionAnswersFromItsNewPlaceOnly) {
  Answers answers;
  {
    Completion<std::string> first = Recorder(answers);
    Completion<std::string> second = std::move(first);
    EXPECT_FALSE(first);  // NOLINT(bugprone-use-after-move)
    first("1"s);          // NOLINT(clang-analyzer-cplusplus.Move)
    EXPECT_THAT(answers, IsEmpty());
    second("2"s);
  }
  EXPECT_THAT(answers, ElementsAre("2"));
}

TEST(CompletionTest, AssignmentAnswersForTheOneItReplaces) {
  Answers replaced, kept;
  Completion<std::string> completion = Recorder(replaced);
  completion = Recorder(kept);
  EXPECT_THAT(replaced, ElementsAre(kDropped));
  completion("3"s);
  EXPECT_THAT(kept, ElementsAre("3"));
}

TEST(CompletionTest, AnEmptyCompletionOwesNothing) {
  Completion<std::string> completion;
  EXPECT_FALSE(completion);
  completion("1"s);
}

TEST(CompletionTest, ACallbackMayDestroyOrRefillTheCompletionThatCallsIt) {
  Answers answers;
  Completion<std::string> completion;
  completion = Completion<std::string>([&](const Result<std::string>&) {
    completion = Recorder(answers);
    completion("2"s);
  });
  completion("1"s);
  EXPECT_THAT(answers, ElementsAre("2"));
}

}  // namespace
}  // namespace emotion
