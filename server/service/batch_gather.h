#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "common/completion.h"
#include "common/result.h"
#include "server/engine/answer.h"
#include "server/engine/engine.h"

namespace emotion {

// Gathers the outcomes of a batch's dialogues, which come in any order and from
// any threads, and reports once when the last of them is there.
//
// Order of calls: Put or CompletionOf for each dialogue, SetTicket for those
// that wait, Seal. Outcomes may come at any time after construction; the
// results are for whoever runs on_complete, and after it.
class BatchGather {
 public:
  // For `count` dialogues. `on_complete` runs exactly once, after Seal began
  // and the last outcome came, on the thread of the later of the two.
  BatchGather(std::size_t count, std::function<void()> on_complete);

  BatchGather(const BatchGather&) = delete;
  BatchGather& operator=(const BatchGather&) = delete;

  // The outcome of the dialogue at `index`. Once for each dialogue; any thread.
  void Put(std::size_t index, Result<Answer> outcome);

  // Puts what it is fired with. REQUIRES: this outlives it.
  Completion<Answer> CompletionOf(std::size_t index);

  // The dialogue at `index` waits in the engine under `ticket`. It may have its
  // outcome already.
  void SetTicket(std::size_t index, Ticket ticket);

  // Every dialogue has been handed on.
  void Seal();

  // Calls `visit` for the ticket of each dialogue that has no outcome yet, as
  // far as can be seen from here. `visit` may bring outcomes. Not at the same
  // time as SetTicket.
  void ForEachWaiting(const std::function<void(Ticket)>& visit) const;

  std::size_t size() const { return slots_.size(); }

  // REQUIRES: complete.
  const Result<Answer>& outcome(std::size_t index) const {
    return *slots_[index].outcome;
  }

  // If the server took none of the dialogues, because it was full or not open,
  // that is what the caller must know of the whole batch: the first one's
  // status. Otherwise OK. REQUIRES: complete.
  Status Refusal() const;

 private:
  struct Slot {
    std::optional<Result<Answer>> outcome;
    std::optional<Ticket> ticket;
    std::atomic<bool> done{false};
  };

  void CountDown();

  std::vector<Slot> slots_;
  const std::function<void()> on_complete_;
  // Outcomes still to come, and one more until Seal.
  std::atomic<std::size_t> waiting_for_;
};

}  // namespace emotion
