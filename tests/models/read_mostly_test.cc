#include "server/models/read_mostly.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace emotion {
namespace {

// Counts how many of its kind live, and shows when it is read after its end.
struct Tracked {
  explicit Tracked(int number) : first(number), second(number) { ++alive; }
  ~Tracked() {
    second = -1;
    --alive;
  }
  int first;
  int second;
  static inline std::atomic<int> alive{0};
};

TEST(ReadMostlyTest, AReplacedValueIsGoneWhenReplaceReturns) {
  {
    ReadMostly<Tracked> value(std::make_unique<Tracked>(1));
    EXPECT_EQ(value.With([](const Tracked& t) { return t.first; }), 1);
    value.Replace(std::make_unique<Tracked>(2));
    EXPECT_EQ(Tracked::alive, 1);
    EXPECT_EQ(value.With([](const Tracked& t) { return t.first; }), 2);
  }
  EXPECT_EQ(Tracked::alive, 0);
}

TEST(ReadMostlyTest, ReadersSeeOneWholeValueWhileItIsReplaced) {
  constexpr int kReplacements = 5'000;
  ReadMostly<Tracked> value(std::make_unique<Tracked>(0));
  std::atomic<bool> done{false};
  std::vector<std::thread> readers;
  std::atomic<int> torn{0};
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      int last = 0;
      while (!done.load()) {
        value.With([&](const Tracked& t) {
          if (t.first != t.second || t.first < last) ++torn;
          last = t.first;
          return 0;
        });
      }
    });
  }
  for (int i = 1; i <= kReplacements; ++i) {
    value.Replace(std::make_unique<Tracked>(i));
    EXPECT_EQ(Tracked::alive, 1);
  }
  done.store(true);
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(torn, 0);
}

TEST(ReadMostlyTest, WritersTakeTurns) {
  ReadMostly<Tracked> value(std::make_unique<Tracked>(0));
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([&] {
      for (int k = 0; k < 1'000; ++k) {
        value.Replace(std::make_unique<Tracked>(k));
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(Tracked::alive, 1);
}

}  // namespace
}  // namespace emotion
