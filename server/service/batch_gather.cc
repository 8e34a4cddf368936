#include "server/service/batch_gather.h"

#include <algorithm>
#include <utility>

namespace emotion {

BatchGather::BatchGather(std::size_t count, std::function<void()> on_complete)
    : slots_(count),
      on_complete_(std::move(on_complete)),
      waiting_for_(count + 1) {}

void BatchGather::Put(std::size_t index, Result<Answer> outcome) {
  slots_[index].outcome = std::move(outcome);
  slots_[index].done.store(true);
  CountDown();
}

Completion<Answer> BatchGather::CompletionOf(std::size_t index) {
  return Completion<Answer>([this, index](Result<Answer> outcome) {
    Put(index, std::move(outcome));
  });
}

void BatchGather::SetTicket(std::size_t index, Ticket ticket) {
  slots_[index].ticket = ticket;
}

void BatchGather::Seal() { CountDown(); }

void BatchGather::ForEachWaiting(
    const std::function<void(Ticket)>& visit) const {
  for (const Slot& slot : slots_) {
    if (slot.ticket && !slot.done.load()) visit(*slot.ticket);
  }
}

Status BatchGather::Refusal() const {
  const auto refused = [](const Slot& slot) {
    const StatusCode code = slot.outcome->status().code();
    return code == StatusCode::kResourceExhausted ||
           code == StatusCode::kUnavailable;
  };
  if (slots_.empty() || !std::ranges::all_of(slots_, refused)) return Status();
  return slots_.front().outcome->status();
}

void BatchGather::CountDown() {
  if (waiting_for_.fetch_sub(1) == 1) on_complete_();
}

}  // namespace emotion
