#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "common/clock.h"
#include "common/completion.h"
#include "common/priority.h"
#include "common/result.h"
#include "server/batching/batch.h"
#include "server/batching/batch_queue.h"

namespace emotion {

// The group of items that name none.
inline const BatchGroup kOneGroup{};

// A move-only item with a number. Its completion may be left empty.
struct FakeItem {
  FakeItem(int number, std::size_t cost,
           Clock::TimePoint due = Clock::TimePoint::max(),
           Completion<int> completion = {},
           Priority who = Priority::kInteractive,
           const BatchGroup* with = &kOneGroup)
      : id(number),
        tokens(cost),
        expires(due),
        urgency(who),
        kind(with),
        done(std::move(completion)) {}

  std::size_t size() const { return tokens; }
  Clock::TimePoint deadline() const { return expires; }
  Priority priority() const { return urgency; }
  const BatchGroup* group() const { return kind; }

  int id;
  std::size_t tokens;
  Clock::TimePoint expires;
  Priority urgency;
  const BatchGroup* kind;
  Completion<int> done;
};

using FakeQueue = BatchQueue<FakeItem>;

inline std::unique_ptr<FakeQueue> MakeQueue(const BatchOptions& options,
                                            Clock& clock) {
  return FakeQueue::Create(options, clock).value();
}

inline std::vector<int> Ids(const std::vector<QueuedItem<FakeItem>>& items) {
  std::vector<int> ids;
  ids.reserve(items.size());
  for (const QueuedItem<FakeItem>& queued : items)
    ids.push_back(queued.item.id);
  return ids;
}

// "take 1 2 (token_budget, 30 tokens) expired 3", "expired 3", "closed".
inline std::string Show(const std::optional<Batch<FakeItem>>& batch) {
  if (!batch) return "closed";
  std::ostringstream text;
  if (!batch->items.empty()) {
    text << "take";
    for (int id : Ids(batch->items)) text << ' ' << id;
    text << " (" << BatchReasonName(batch->reason) << ", " << batch->tokens
         << " tokens)";
  }
  if (!batch->expired.empty()) {
    text << (batch->items.empty() ? "expired" : " expired");
    for (int id : Ids(batch->expired)) text << ' ' << id;
  }
  return text.str();
}

}  // namespace emotion
