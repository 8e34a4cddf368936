#include "client/cli/dialogue_window.h"

#include <utility>

namespace emotion::client {

bool DialogueWindow::HasSpaceLocked() const {
  return in_flight_ < limit_ && slots_.size() < 4 * limit_;
}

bool DialogueWindow::OldestIsAnsweredLocked() const {
  return !slots_.empty() && slots_.front().result.has_value();
}

bool DialogueWindow::HasSpace() const {
  std::lock_guard lock(mutex_);
  return HasSpaceLocked();
}

bool DialogueWindow::empty() const {
  std::lock_guard lock(mutex_);
  return slots_.empty();
}

std::uint64_t DialogueWindow::Add(InputDialogue dialogue) {
  std::lock_guard lock(mutex_);
  slots_.push_back({std::move(dialogue), {}});
  ++in_flight_;
  return oldest_ + slots_.size() - 1;
}

void DialogueWindow::Answer(std::uint64_t number,
                            Result<Classification> result) {
  std::lock_guard lock(mutex_);
  slots_[number - oldest_].result = std::move(result);
  --in_flight_;
  answered_.notify_one();
}

std::optional<DialogueWindow::Finished> DialogueWindow::TakeOldest() {
  std::lock_guard lock(mutex_);
  if (!OldestIsAnsweredLocked()) return std::nullopt;
  Slot slot = std::move(slots_.front());
  slots_.pop_front();
  ++oldest_;
  return Finished{std::move(slot.dialogue), *std::move(slot.result)};
}

void DialogueWindow::Wait(bool for_space, Clock& clock,
                          Clock::TimePoint until) {
  std::unique_lock lock(mutex_);
  while (!OldestIsAnsweredLocked() && !(for_space && HasSpaceLocked()) &&
         clock.Now() < until) {
    clock.WaitUntil(answered_, lock, until);
  }
}

}  // namespace emotion::client
