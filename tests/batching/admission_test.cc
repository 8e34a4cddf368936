#include "server/batching/admission.h"

#include <gtest/gtest.h>

namespace emotion {
namespace {

using std::chrono::milliseconds;

const BatchOptions kSmall{.max_queue_items = 3, .max_queue_tokens = 100};

TEST(AdmissionTest, CountsWhatItAdmitsAndWhatLeaves) {
  Admission admission(kSmall);
  EXPECT_TRUE(admission.Admit(30).ok());
  EXPECT_TRUE(admission.Admit(0).ok());
  EXPECT_EQ(admission.items(), 2u);
  EXPECT_EQ(admission.tokens(), 30u);
  admission.Release(30);
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
      ASSERT_TRUE(admission.Admit(tokens).ok());
    }
    const std::size_t before = admission.tokens();
    EXPECT_EQ(admission.Admit(c.next).ok(), c.admitted);
    EXPECT_EQ(admission.items(), c.waiting.size() + (c.admitted ? 1 : 0));
    EXPECT_EQ(admission.tokens(), before + (c.admitted ? c.next : 0));
  }
}

TEST(AdmissionTest, AnEmptyQueueAdmitsAnItemOfAnySize) {
  Admission admission(kSmall);
  EXPECT_TRUE(admission.Admit(101).ok());
  EXPECT_FALSE(admission.Admit(0).ok());
  admission.Release(101);
  EXPECT_TRUE(admission.Admit(100).ok());
}

TEST(AdmissionTest, ARefusalTellsWhatIsFullAndWhenToComeBack) {
  Admission admission(kSmall);
  ASSERT_TRUE(admission.Admit(80).ok());
  Status refusal = admission.Admit(21);
  EXPECT_EQ(refusal.ToString(),
            "RESOURCE_EXHAUSTED: the queue is full: 1 of 3 items, 80 of 100 "
            "tokens; this item has 21");
  EXPECT_EQ(refusal.reason(), "queue_full");
  EXPECT_EQ(refusal.retry_after(), milliseconds(50));

  admission.RecordDone(10, milliseconds(1));
  EXPECT_EQ(admission.Admit(21).retry_after(), milliseconds(8));
}

TEST(AdmissionTest, AClosedQueueSendsCallersElsewhere) {
  Admission admission(kSmall);
  admission.Close();
  admission.Close();
  EXPECT_TRUE(admission.closed());
  const Status refusal = admission.Admit(1);
  EXPECT_EQ(refusal.code(), StatusCode::kUnavailable);
  EXPECT_EQ(refusal.reason(), "draining");
  EXPECT_EQ(refusal.retry_after(), std::nullopt);
  EXPECT_EQ(admission.items(), 0u);
}

}  // namespace
}  // namespace emotion
