#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <optional>
#include <span>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/clock.h"
#include "common/priority.h"
#include "server/batching/batch.h"
#include "server/batching/batch_policy.h"

namespace emotion {

// The items of a BatchQueue in the order in which they are to go, each found
// through its ticket in constant time. Has no limits of its own and answers for
// no item. Not thread-safe.
//
// The order: interactive items go before bulk items, each class first come
// first served. A bulk item counts as interactive once it has waited for
// `bulk_overtaking`, and stands from then on among them as if it had just
// arrived. So no interactive item that comes later than that overtakes it, and
// bulk is never starved.
//
// Two lines keep this order without moving anybody: each is sorted by the
// moment from which its items count as interactive, and they are merged as they
// are read.
template <BatchItem Item>
class WaitingList {
 public:
  // An item with what the policy knows of it, and when it begins, or began, to
  // count as interactive.
  struct Entry {
    Ticket ticket;
    Priority priority;
    const BatchGroup* group;
    Clock::TimePoint counts_from;
    WaitingItem facts;
    Item item;
  };

  explicit WaitingList(Clock::Duration bulk_overtaking)
      : bulk_overtaking_(bulk_overtaking) {}

  std::size_t size() const { return interactive_.size() + bulk_.size(); }
  bool empty() const { return size() == 0; }

  // When the one that has waited longest arrived. REQUIRES: !empty().
  Clock::TimePoint oldest_arrival() const {
    if (bulk_.empty()) return interactive_.front().facts.enqueued_at;
    if (interactive_.empty()) return bulk_.front().facts.enqueued_at;
    return std::min(interactive_.front().facts.enqueued_at,
                    bulk_.front().facts.enqueued_at);
  }

  // Adds `item`, which costs `tokens` and arrives at `now`, at the end of its
  // line. REQUIRES: `now` is never before that of an earlier call.
  Ticket Append(Item&& item, std::size_t tokens, Clock::TimePoint now) {
    const Ticket ticket{++last_ticket_};
    const Priority priority = item.priority();
    const Clock::TimePoint counts_from =
        priority == Priority::kBulk ? now + bulk_overtaking_ : now;
    const WaitingItem facts{tokens, now, item.deadline()};
    std::list<Entry>& line = LineOf(priority);
    const BatchGroup* const group = item.group();
    line.push_back(
        {ticket, priority, group, counts_from, facts, std::move(item)});
    places_.emplace(ticket, std::prev(line.end()));
    return ticket;
  }

  // Takes out the one that `ticket` names; nothing if it is not here any more.
  std::optional<Entry> Take(Ticket ticket) {
    const auto found = places_.find(ticket);
    if (found == places_.end()) return std::nullopt;
    return Unlink(found->second);
  }

  // Takes out all whose deadline is not after `now` and gives each to
  // `sink(Entry&&)`: interactive ones in the order of arrival, then bulk ones.
  template <typename Sink>
  void TakeExpired(Clock::TimePoint now, Sink sink) {
    for (std::list<Entry>* line : {&interactive_, &bulk_}) {
      for (Place place = line->begin(); place != line->end();) {
        const Place next = std::next(place);
        if (place->facts.deadline <= now) sink(Unlink(place));
        place = next;
      }
    }
  }

  // Those that may share the next batch at `now`: the first in order, and after
  // it those of its group, `count` of them or all if there are fewer; what
  // belongs to other groups keeps its place and waits for a batch of its own.
  // They are taken from all that count as interactive then or, if none does,
  // from the bulk items: a batch of both would let somebody wait while
  // background work is done. Gives what the policy may know of them; valid,
  // like group() and TakeCandidates(), until the list changes.
  std::span<const WaitingItem> FindCandidates(std::size_t count,
                                              Clock::TimePoint now) {
    facts_.clear();
    candidates_.clear();
    Place interactive = interactive_.begin();
    Place bulk = bulk_.begin();
    bool urgent = false;
    for (std::size_t left = size(); left > 0 && facts_.size() < count; --left) {
      Place& next = Earlier(interactive, bulk);
      const bool counts = next->counts_from <= now;
      if (urgent && !counts) break;
      if (facts_.empty()) urgent = counts;
      if (facts_.empty() || next->group == candidates_.front()->group) {
        facts_.push_back(next->facts);
        candidates_.push_back(next);
      }
      ++next;
    }
    return facts_;
  }

  // The group of the candidates; null if there are none.
  const BatchGroup* group() const {
    return candidates_.empty() ? nullptr : candidates_.front()->group;
  }

  // Takes out the first `count` candidates and gives each to `sink(Entry&&)`.
  // REQUIRES: there are so many.
  template <typename Sink>
  void TakeCandidates(std::size_t count, Sink sink) {
    for (std::size_t i = 0; i < count; ++i) sink(Unlink(candidates_[i]));
    facts_.clear();
    candidates_.clear();
  }

 private:
  using Place = typename std::list<Entry>::iterator;

  std::list<Entry>& LineOf(Priority priority) {
    return priority == Priority::kBulk ? bulk_ : interactive_;
  }

  // Of a place in each line, the one that goes first. REQUIRES: one of them is
  // not the end.
  Place& Earlier(Place& interactive, Place& bulk) {
    if (interactive == interactive_.end()) return bulk;
    if (bulk == bulk_.end()) return interactive;
    const auto rank = [](const Entry& entry) {
      return std::tie(entry.counts_from, entry.ticket);
    };
    return rank(*bulk) < rank(*interactive) ? bulk : interactive;
  }

  Entry Unlink(Place place) {
    Entry entry = std::move(*place);
    places_.erase(entry.ticket);
    LineOf(entry.priority).erase(place);
    return entry;
  }

  const Clock::Duration bulk_overtaking_;
  std::list<Entry> interactive_;
  std::list<Entry> bulk_;
  std::unordered_map<Ticket, Place> places_;
  std::uint64_t last_ticket_ = 0;
  // Of the last FindCandidates(), as long as each other.
  std::vector<WaitingItem> facts_;
  std::vector<Place> candidates_;
};

}  // namespace emotion
