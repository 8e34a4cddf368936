#pragma once

#include <chrono>
#include <cstddef>

#include "server/base/clock.h"
#include "server/base/completion.h"
#include "server/domain/encoding.h"
#include "server/engine/answer.h"

namespace emotion {

// One dialogue on its way through the queue. Move-only: it carries its own way
// home, and destroyed unanswered it answers INTERNAL.
struct Request {
  Encoding encoding;
  // When the caller stops waiting; TimePoint::max() if never.
  Clock::TimePoint expires_at = Clock::TimePoint::max();
  std::chrono::nanoseconds tokenize{0};
  Completion<Answer> completion;

  // What the queue asks of its items.
  std::size_t size() const { return encoding.token_ids.size(); }
  Clock::TimePoint deadline() const { return expires_at; }
};

}  // namespace emotion
