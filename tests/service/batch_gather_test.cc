#include "server/service/batch_gather.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

namespace emotion {
namespace {

using testing::ElementsAre;

Answer AnswerOf(std::size_t tokens) {
  Answer answer;
  answer.tokens = tokens;
  return answer;
}

Status Full() { return {StatusCode::kResourceExhausted, "the queue is full"}; }
Status Closing() { return {StatusCode::kUnavailable, "the server is closing"}; }
Status Bad() { return {StatusCode::kInvalidArgument, "is empty"}; }

class BatchGatherTest : public testing::Test {
 protected:
  std::function<void()> CountCompletion() {
    return [this] { ++completed_; };
  }

  int completed_ = 0;
};

TEST_F(BatchGatherTest, OutcomesKeepTheirPlaceInWhateverOrderTheyCome) {
  BatchGather gather(3, CountCompletion());
  gather.Seal();
  gather.Put(2, AnswerOf(12));
  gather.Put(0, AnswerOf(10));
  EXPECT_EQ(completed_, 0);
  gather.Put(1, Bad());
  EXPECT_EQ(completed_, 1);
  ASSERT_EQ(gather.size(), 3U);
  EXPECT_EQ(gather.outcome(0).value().tokens, 10U);
  EXPECT_EQ(gather.outcome(1).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(gather.outcome(2).value().tokens, 12U);
}

TEST_F(BatchGatherTest, NothingCompletesBeforeAllAreHandedOn) {
  BatchGather gather(2, CountCompletion());
  gather.Put(0, AnswerOf(1));
  gather.Put(1, AnswerOf(2));
  EXPECT_EQ(completed_, 0);
  gather.Seal();
  EXPECT_EQ(completed_, 1);
}

TEST_F(BatchGatherTest, ACompletionPutsAndOneThatIsDroppedIsAFailure) {
  BatchGather gather(2, CountCompletion());
  gather.CompletionOf(1)(AnswerOf(7));
  { const Completion<Answer> dropped = gather.CompletionOf(0); }
  gather.Seal();
  EXPECT_EQ(completed_, 1);
  EXPECT_EQ(gather.outcome(0).status().code(), StatusCode::kInternal);
  EXPECT_EQ(gather.outcome(1).value().tokens, 7U);
}

TEST_F(BatchGatherTest, OnlyABatchOfWhichNothingWasTakenIsRefused) {
  const struct {
    const char* what;
    std::vector<Result<Answer>> outcomes;
    Status refusal;
  } cases[] = {
      {"all refused", {Full(), Closing(), Full()}, Full()},
      {"the first counts", {Closing(), Full()}, Closing()},
      {"one was taken", {Full(), AnswerOf(1)}, Status()},
      {"one is the caller's fault", {Full(), Bad()}, Status()},
      {"all are the caller's fault", {Bad(), Bad()}, Status()},
      {"all answered", {AnswerOf(1)}, Status()},
  };
  for (const auto& [what, outcomes, refusal] : cases) {
    BatchGather gather(outcomes.size(), CountCompletion());
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      gather.Put(i, outcomes[i]);
    }
    gather.Seal();
    EXPECT_EQ(gather.Refusal().ToString(), refusal.ToString()) << what;
  }
}

TEST_F(BatchGatherTest, TicketsAreOpenUntilTheirOutcomeComes) {
  BatchGather gather(4, CountCompletion());
  gather.Put(1, Bad());
  for (const std::size_t i : {0, 2, 3}) gather.SetTicket(i, Ticket{i});
  gather.Seal();
  gather.Put(2, AnswerOf(1));
  std::vector<Ticket> open;
  // Cancelling one brings its outcome, and here that of the next one too.
  gather.ForEachWaiting([&](Ticket ticket) {
    open.push_back(ticket);
    gather.Put(0, Status(StatusCode::kCancelled, "the caller went away"));
    gather.Put(3, Status(StatusCode::kCancelled, "the caller went away"));
  });
  EXPECT_THAT(open, ElementsAre(Ticket{0}));
  EXPECT_EQ(completed_, 1);
}

TEST_F(BatchGatherTest, OutcomesFromManyThreadsCompleteOnce) {
  constexpr std::size_t kThreads = 8;
  constexpr std::size_t kEach = 100;
  std::atomic<int> completed{0};
  BatchGather gather(kThreads * kEach, [&] { ++completed; });
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&gather, thread] {
      for (std::size_t i = 0; i < kEach; ++i) {
        const std::size_t index = i * kThreads + thread;
        gather.Put(index, AnswerOf(index));
      }
    });
  }
  gather.Seal();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(completed.load(), 1);
  for (std::size_t i = 0; i < gather.size(); ++i) {
    EXPECT_EQ(gather.outcome(i).value().tokens, i);
  }
}

}  // namespace
}  // namespace emotion
