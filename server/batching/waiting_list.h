#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "server/base/clock.h"
#include "server/batching/batch.h"
#include "server/batching/batch_policy.h"

namespace emotion {

// The items of a BatchQueue in the order of arrival, each found through its
// ticket in constant time. Has no limits of its own and answers for no item.
// Not thread-safe.
template <BatchItem Item>
class WaitingList {
 public:
  // An item with what the policy knows of it.
  struct Entry {
    Ticket ticket;
    WaitingItem facts;
    Item item;
  };

  bool empty() const { return entries_.empty(); }

  // The one that has waited longest. REQUIRES: !empty().
  const Entry& oldest() const { return entries_.front(); }

  // Adds `item`, which costs `tokens` and arrives at `now`, at the end.
  Ticket Append(Item&& item, std::size_t tokens, Clock::TimePoint now) {
    const Ticket ticket{++last_ticket_};
    const WaitingItem facts{tokens, now, item.deadline()};
    entries_.push_back({ticket, facts, std::move(item)});
    places_.emplace(ticket, std::prev(entries_.end()));
    return ticket;
  }

  // Takes out the oldest. REQUIRES: !empty().
  Entry TakeOldest() { return Unlink(entries_.begin()); }

  // Takes out the one that `ticket` names; nothing if it is not here any more.
  std::optional<Entry> Take(Ticket ticket) {
    const auto found = places_.find(ticket);
    if (found == places_.end()) return std::nullopt;
    return Unlink(found->second);
  }

  // Takes out all whose deadline is not after `now`, in the order of arrival,
  // and gives each to `sink(Entry&&)`.
  template <typename Sink>
  void TakeExpired(Clock::TimePoint now, Sink sink) {
    for (Place place = entries_.begin(); place != entries_.end();) {
      const Place next = std::next(place);
      if (place->facts.deadline <= now) sink(Unlink(place));
      place = next;
    }
  }

  // What the policy may know of the oldest `count`, or of all if there are
  // fewer. Valid until the next call.
  std::span<const WaitingItem> Facts(std::size_t count) {
    facts_.clear();
    for (const Entry& entry : entries_) {
      if (facts_.size() == count) break;
      facts_.push_back(entry.facts);
    }
    return facts_;
  }

 private:
  using Place = typename std::list<Entry>::iterator;

  Entry Unlink(Place place) {
    Entry entry = std::move(*place);
    places_.erase(entry.ticket);
    entries_.erase(place);
    return entry;
  }

  std::list<Entry> entries_;
  std::unordered_map<Ticket, Place> places_;
  std::uint64_t last_ticket_ = 0;
  std::vector<WaitingItem> facts_;  // Reused by Facts().
};

}  // namespace emotion
