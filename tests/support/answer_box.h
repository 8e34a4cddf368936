#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "common/completion.h"
#include "server/engine/answer.h"

namespace emotion {

// Catches one answer. The completion may outlive the box.
class AnswerBox {
 public:
  // Call once.
  Completion<Answer> completion() {
    return Completion<Answer>([state = state_](Result<Answer> answer) {
      const std::lock_guard lock(state->mutex);
      state->answer.emplace(std::move(answer));
      state->changed.notify_all();
    });
  }

  // Waits for the answer.
  const Result<Answer>& Wait() {
    std::unique_lock lock(state_->mutex);
    state_->changed.wait(lock, [&] { return state_->answer.has_value(); });
    return *state_->answer;
  }

  bool answered() const {
    const std::lock_guard lock(state_->mutex);
    return state_->answer.has_value();
  }

 private:
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<Result<Answer>> answer;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace emotion
