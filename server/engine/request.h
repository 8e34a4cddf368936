#pragma once

#include <chrono>
#include <cstddef>
#include <functional>

#include "common/clock.h"
#include "common/priority.h"
#include "server/domain/encoding.h"
#include "server/engine/answer.h"
#include "server/engine/completion.h"

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

// One dialogue on its way through the queue. Move-only: it carries its own way
// home, and destroyed unanswered it answers INTERNAL.
struct Request {
  Encoding encoding;
  CallContext context;
  std::chrono::nanoseconds tokenize{0};
  Completion<Answer> completion;

  // What the queue asks of its items.
  std::size_t size() const { return encoding.token_ids.size(); }
  Clock::TimePoint deadline() const { return context.deadline; }
  Priority priority() const { return context.priority; }
};

}  // namespace emotion
