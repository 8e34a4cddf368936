#include "server/batching/admission.h"

#include <gtest/gtest.h>

namespace emotion {
namespace {

using std::chrono::milliseconds;

constexpr Priority kInteractive = Priority::kInteractive;
constexpr Priority kBulk = Priority::kBulk;

const BatchOptions kSmall{.max_queue_items = 3, .max_queue_tokens = 100};

TEST(AdmissionTest, CountsWhatItAdmitsAndWhatLeaves) {
  Admission admission(kSmall);
  EXPECT_TRUE(admission.Admit(30, kInteractive).ok());
  EXPECT_TRUE(admission.Admit(0, kInteractive).ok());
  EXPECT_EQ(admission.items(), 2u);
  EXPECT_EQ(admission.tokens(), 30u);
  admission.Release(30, kInteractive);
  EXPECT_EQ(admission.items(), 1u);
  EXPECT_EQ(admission.tokens(), 0u);
}

TEST(AdmissionTest, RefusesWhatDoesNotFitAndDoesNotCountIt) {
  const struct {
    std::vector<std::size_t> waiting;
    std::size_t next;
    bool admitted;
  } cases[] = {
      {{}, 100, true},   {{50}, 50, true},      {{50}, 51, false},
      {{1, 1}, 1, true}, {{1, 1, 1}, 1, false}, {{1, 1, 1}, 0, false},
      {{100}, 0, true},  {{100}, 1, false},     {{1}, ~std::size_t{0}, false},
  };
  for (const auto& c : cases) {
    Admission admission(kSmall);
    for (const std::size_t tokens : c.waiting) {
      ASSERT_TRUE(admission.Admit(tokens, kInteractive).ok());
    }
    const std::size_t before = admission.tokens();
    EXPECT_EQ(admission.Admit(c.next, kInteractive).ok(), c.admitted);
    EXPECT_EQ(admission.items(), c.waiting.size() + (c.admitted ? 1 : 0));
    EXPECT_EQ(admission.tokens(), before + (c.admitted ? c.next : 0));
  }
}

TEST(AdmissionTest, AnEmptyQueueAdmitsAnItemOfAnySize) {
  Admission admission(kSmall);
  EXPECT_TRUE(admission.Admit(101, kInteractive).ok());
  EXPECT_FALSE(admission.Admit(0, kInteractive).ok());
  admission.Release(101, kInteractive);
  EXPECT_TRUE(admission.Admit(100, kInteractive).ok());
}

TEST(AdmissionTest, ARefusalTellsWhatIsFullAndWhenToComeBack) {
  Admission admission(kSmall);
  ASSERT_TRUE(admission.Admit(80, kInteractive).ok());
  Status refusal = admission.Admit(21, kInteractive);
  EXPECT_EQ(refusal.ToString(),
            "RESOURCE_EXHAUSTED: the queue is full: 1 of 3 items, 80 of 100 "
            "tokens; this item has 21");
  EXPECT_EQ(refusal.reason(), "queue_full");
  EXPECT_EQ(refusal.retry_after(), milliseconds(50));

  admission.RecordDone(10, milliseconds(1));
  EXPECT_EQ(admission.Admit(21, kInteractive).retry_after(), milliseconds(8));
}

TEST(AdmissionTest, BulkHasAShareOfTheQueueAndInteractiveHasAll) {
  const BatchOptions half{
      .max_queue_items = 4, .max_queue_tokens = 100, .max_bulk_percent = 50};
  struct Item {
    Priority priority;
    std::size_t tokens;
  };
  const struct {
    std::vector<Item> waiting;
    Item next;
    const char* outcome;
  } cases[] = {
      {{}, {kBulk, 500}, "OK"},
      {{{kBulk, 1}}, {kBulk, 49}, "OK"},
      {{{kBulk, 1}},
       {kBulk, 50},
       "RESOURCE_EXHAUSTED: bulk's share of the queue is full: 1 of 2 items, 1 "
       "of 50 tokens; this item has 50"},
      {{{kBulk, 1}, {kBulk, 1}},
       {kBulk, 1},
       "RESOURCE_EXHAUSTED: bulk's share of the queue is full: 2 of 2 items, 2 "
       "of 50 tokens; this item has 1"},
      {{{kBulk, 1}, {kBulk, 1}}, {kInteractive, 98}, "OK"},
      {{{kInteractive, 20}}, {kBulk, 80}, "OK"},
      {{{kInteractive, 60}, {kInteractive, 1}, {kBulk, 10}}, {kBulk, 29}, "OK"},
      {{{kInteractive, 60}, {kInteractive, 1}, {kBulk, 10}},
       {kBulk, 30},
       "RESOURCE_EXHAUSTED: the queue is full: 3 of 4 items, 71 of 100 tokens; "
       "this item has 30"},
  };
  for (const auto& c : cases) {
    Admission admission(half);
    for (const Item& item : c.waiting) {
      ASSERT_TRUE(admission.Admit(item.tokens, item.priority).ok());
    }
    const Status status = admission.Admit(c.next.tokens, c.next.priority);
    EXPECT_EQ(status.ToString(), c.outcome);
    EXPECT_EQ(status.reason(), status.ok() ? "" : "queue_full");
    EXPECT_EQ(status.retry_after().has_value(), !status.ok());
  }
}

TEST(AdmissionTest, BulkThatLeavesFreesItsShare) {
  Admission admission({.max_queue_items = 2, .max_bulk_percent = 50});
  ASSERT_TRUE(admission.Admit(10, kInteractive).ok());
  ASSERT_TRUE(admission.Admit(20, kBulk).ok());
  EXPECT_EQ(admission.bulk_items(), 1u);
  admission.Release(10, kInteractive);
  EXPECT_EQ(admission.bulk_items(), 1u);
  EXPECT_FALSE(admission.Admit(1, kBulk).ok());
  admission.Release(20, kBulk);
  EXPECT_EQ(admission.bulk_items(), 0u);
  EXPECT_TRUE(admission.Admit(1, kBulk).ok());
}

TEST(AdmissionTest, TheSmallestShareHoldsOneItem) {
  Admission admission({.max_queue_items = 50, .max_bulk_percent = 1});
  EXPECT_TRUE(admission.Admit(1, kBulk).ok());
  EXPECT_EQ(admission.Admit(1, kBulk).message(),
            "bulk's share of the queue is full: 1 of 1 items, 1 of 327 tokens; "
            "this item has 1");
}

TEST(AdmissionTest, AClosedQueueSendsCallersElsewhere) {
  Admission admission(kSmall);
  admission.Close();
  admission.Close();
  EXPECT_TRUE(admission.closed());
  const Status refusal = admission.Admit(1, kInteractive);
  EXPECT_EQ(refusal.code(), StatusCode::kUnavailable);
  EXPECT_EQ(refusal.reason(), "draining");
  EXPECT_EQ(refusal.retry_after(), std::nullopt);
  EXPECT_EQ(admission.items(), 0u);
}

}  // namespace
}  // namespace emotion
