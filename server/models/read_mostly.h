#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace emotion {

// A value that is read all the time and replaced now and then. Reading is
// wait-free: it never waits for a writer or for another reader. A reader sees
// the whole of one value; a replaced value is destroyed before Replace returns,
// when the last reader that may see it has left.
//
// The reclamation is that of the Left-Right technique (Ramalhete and Correia,
// "Left-Right: A Concurrency Control Technique with Wait-Free Population
// Oblivious Reads", 2013). A reader counts itself in at one of two gates, then
// loads the pointer. A writer stores the new pointer, sends later readers to
// the other gate once that one is empty, and waits until the first is empty
// too. Whoever could have loaded the old pointer had counted itself in at one
// of the two before, so nobody has it any more; and because new readers use one
// gate only while the other empties, a writer waits for a bounded number of
// them. All steps that decide are sequentially consistent: a reader's count
// comes before its load in the one order that all threads agree on, so a writer
// that found a gate empty is followed only by readers that load the new
// pointer.
template <typename T>
class ReadMostly {
 public:
  explicit ReadMostly(std::unique_ptr<const T> value)
      : value_(value.release()) {}
  // REQUIRES: nobody reads any more.
  ~ReadMostly() { delete value_.load(); }
  ReadMostly(const ReadMostly&) = delete;
  ReadMostly& operator=(const ReadMostly&) = delete;

  // What `read(const T&)` returns; it must be quick, and keep no reference.
  template <typename Read>
  auto With(Read read) const {
    std::atomic<std::size_t>& gate = gates_[open_gate_.load()].readers;
    gate.fetch_add(1);
    const Leave leave{gate};
    return read(*value_.load());
  }

  // Replaces the value. Writers take turns.
  void Replace(std::unique_ptr<const T> value) {
    const std::lock_guard lock(writers_);
    const std::unique_ptr<const T> old(value_.exchange(value.release()));
    const std::size_t open = open_gate_.load();
    WaitUntilEmpty(1 - open);
    open_gate_.store(1 - open);
    WaitUntilEmpty(open);
  }

 private:
  // On a cache line of its own, since readers write it.
  struct alignas(64) Gate {
    std::atomic<std::size_t> readers{0};
  };
  struct Leave {
    std::atomic<std::size_t>& gate;
    ~Leave() { gate.fetch_sub(1); }
  };

  void WaitUntilEmpty(std::size_t gate) const {
    while (gates_[gate].readers.load() > 0) std::this_thread::yield();
  }

  std::mutex writers_;
  std::atomic<const T*> value_;
  std::atomic<std::size_t> open_gate_{0};
  mutable Gate gates_[2];
};

}  // namespace emotion
