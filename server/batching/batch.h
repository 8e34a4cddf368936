#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "common/clock.h"
#include "common/priority.h"
#include "common/status.h"
#include "server/batching/batch_group.h"
#include "server/batching/batch_observer.h"

namespace emotion {

// What can wait in a BatchQueue. size() is its cost in tokens; deadline() is
// the moment from which nobody wants its result, TimePoint::max() for never;
// priority() says who goes first; group() who may share a batch with it. They
// are read when the item is pushed and must not change. Items may be move-only.
template <typename T>
concept BatchItem = std::is_nothrow_move_constructible_v<T> &&
    requires(const T& item) {
  { item.size() } -> std::convertible_to<std::size_t>;
  { item.deadline() } -> std::same_as<Clock::TimePoint>;
  { item.priority() } -> std::same_as<Priority>;
  { item.group() } -> std::same_as<const BatchGroup*>;
};

// Names an admitted item to its queue. Never used twice by one queue.
enum class Ticket : std::uint64_t {};

// The outcome of pushing several items at once.
struct Admitted {
  // One for each item that was admitted: these are the first ones.
  std::vector<Ticket> tickets;
  // OK if all were; else why the first of the others was refused.
  Status status;
};

// An item that has left the queue, and when it entered.
template <typename Item>
struct QueuedItem {
  Item item;
  Clock::TimePoint enqueued_at;
};

// What a worker gets. It owns all of it, and owes each item an answer.
template <typename Item>
struct Batch {
  // To be run, all of one group, in the order of WaitingList. Empty if only
  // expired ones were found.
  std::vector<QueuedItem<Item>> items;
  // Not to be run: their deadline had passed. In the order of arrival, the
  // interactive ones first.
  std::vector<QueuedItem<Item>> expired;
  // Why `items` left when they did. Without meaning if there are none.
  BatchReason reason = BatchReason::kIdle;
  // The sum over `items`.
  std::size_t tokens = 0;
  // The measured cost of their group, which may end with them.
  CostModel cost{};
  // When it left the queue, and how long forming it took, without the waiting.
  Clock::TimePoint formed_at;
  Clock::Duration assembly{0};
};

}  // namespace emotion
