#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/completion.h"
#include "common/priority.h"
#include "server/batching/batch_group.h"
#include "server/domain/encoding.h"
#include "server/engine/answer.h"
#include "server/models/loaded_model.h"

namespace emotion {

// What the engine knows of the caller of a dialogue.
struct CallContext {
  // When the caller stops waiting; TimePoint::max() if never.
  Clock::TimePoint deadline = Clock::TimePoint::max();
  // Whether the caller has gone away; empty means never. Asked from a worker
  // thread, and only until the completion fires.
  std::function<bool()> caller_gone = {};
  // Who goes first in the queue.
  Priority priority = Priority::kInteractive;
};

// What a shadow is given once its dialogue has been answered.
struct ShadowCopy {
  LoadedModelPtr model;
  // The dialogue's own, oldest first.
  std::vector<std::string> turns;
};

// One dialogue on its way through the queue. Move-only: it carries its own way
// back, and destroyed unanswered it answers INTERNAL.
struct Request {
  // Who answers it. Never null.
  LoadedModelPtr model;
  Encoding encoding{};
  CallContext context{};
  std::chrono::nanoseconds tokenize{0};
  Completion<Answer> completion{};
  // Null if no shadow is asked.
  std::unique_ptr<ShadowCopy> shadow{};

  // What the queue asks of its items.
  std::size_t size() const { return encoding.token_ids.size(); }
  Clock::TimePoint deadline() const { return context.deadline; }
  Priority priority() const { return context.priority; }
  const BatchGroup* group() const { return &model->group; }
};

}  // namespace emotion
