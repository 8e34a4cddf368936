#pragma once

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "common/clock.h"
#include "server/batching/batch_options.h"
#include "tests/batching/fake_item.h"

namespace emotion {

// The batch queue written as plainly as possible, for comparison: one vector,
// no threads, every rule written out again from its description.
class NaiveQueue {
 public:
  // `batch` in the words of Show() in fake_item.h, or "wait".
  struct Outcome {
    std::string batch;
    Clock::TimePoint until = Clock::TimePoint::max();
  };

  explicit NaiveQueue(const BatchOptions& options) : options_(options) {}

  // Whether it is admitted.
  bool Push(const FakeItem& item, Clock::TimePoint now) {
    const auto bulk = Of(waiting_, Priority::kBulk);
    const bool is_bulk = item.urgency == Priority::kBulk;
    if (closed_ || IsFull(waiting_, 100, item.tokens) ||
        (is_bulk && IsFull(bulk, options_.max_bulk_percent, item.tokens))) {
      return false;
    }
    waiting_.push_back(
        {item.id, item.tokens, now, item.expires, item.urgency, item.kind});
    return true;
  }

  bool Cancel(int id) {
    return std::erase_if(waiting_, [id](const Item& i) { return i.id == id; });
  }

  void Close() { closed_ = true; }

  std::size_t items() const { return waiting_.size(); }
  std::size_t bulk_items() const {
    return Of(waiting_, Priority::kBulk).size();
  }
  std::size_t tokens() const { return Sum(waiting_, waiting_.size()); }
  Clock::Duration OldestAge(Clock::TimePoint now) const {
    return waiting_.empty() ? Clock::Duration(0) : now - waiting_[0].arrived;
  }

  Outcome Pop(Clock::TimePoint now) {
    const std::vector<Item> expired = TakeExpired(now);
    const std::vector<Item> front = Front(now);
    std::size_t count = front.empty() ? 0 : 1;
    while (count < front.size() && count < options_.max_batch_items &&
           Sum(front, count + 1) <= options_.max_batch_tokens) {
      ++count;
    }
    const Clock::TimePoint until =
        front.empty() ? Clock::TimePoint::max()
                      : std::ranges::min(front, {}, &Item::arrived).arrived +
                            options_.max_delay;
    const std::string reason =
        front.empty() ? "" : Reason(front, count, now, until);
    std::string batch = reason.empty() ? "" : Take(front, count, reason);
    if (!expired.empty()) {
      batch += batch.empty() ? "expired" : " expired";
      for (const Item& item : expired) batch += Number(item.id);
    }
    if (!batch.empty()) return {batch};
    if (closed_) return {"closed"};
    return {"wait", until};
  }

 private:
  struct Item {
    int id;
    std::size_t tokens;
    Clock::TimePoint arrived;
    Clock::TimePoint deadline;
    Priority priority;
    const BatchGroup* group;
  };
  using Items = std::vector<Item>;

  template <typename Integer>
  static std::string Number(Integer value) {
    return std::to_string(value).insert(0, 1, ' ');
  }

  static Items Of(const Items& items, Priority priority) {
    Items found;
    std::ranges::copy_if(items, std::back_inserter(found),
                         [&](const Item& i) { return i.priority == priority; });
    return found;
  }

  // Tokens of the first `count`.
  static std::size_t Sum(const Items& items, std::size_t count) {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += items[i].tokens;
    return sum;
  }

  // Whether one more does not fit beside `items` into so much of the queue.
  bool IsFull(const Items& items, std::size_t percent,
              std::size_t tokens) const {
    const auto share = [percent](std::size_t limit) {
      return std::max<std::size_t>(limit * percent / 100, 1);
    };
    return !items.empty() &&
           (items.size() + 1 > share(options_.max_queue_items) ||
            Sum(items, items.size()) + tokens >
                share(options_.max_queue_tokens));
  }

  Items TakeExpired(Clock::TimePoint now) {
    Items expired;
    for (const Priority p : {Priority::kInteractive, Priority::kBulk}) {
      for (const Item& item : Of(waiting_, p)) {
        if (item.deadline <= now) expired.push_back(item);
      }
    }
    std::erase_if(waiting_, [&](const Item& i) { return i.deadline <= now; });
    return expired;
  }

  // Those that may go together, in their order: all that are, or have become,
  // interactive, by when they did; if there are none, bulk; and of those the
  // first one's group.
  Items Front(Clock::TimePoint now) const {
    const auto since = [this](const Item& i) {
      return i.priority == Priority::kBulk
                 ? i.arrived + options_.max_bulk_overtaking
                 : i.arrived;
    };
    Items front;
    std::ranges::copy_if(waiting_, std::back_inserter(front),
                         [&](const Item& i) { return since(i) <= now; });
    std::ranges::stable_sort(front, {}, since);
    if (front.empty()) front = waiting_;
    if (!front.empty()) {
      std::erase_if(front, [first = front[0].group](const Item& i) {
        return i.group != first;
      });
    }
    return front;
  }

  // Why the first `count` go now; empty if they do not.
  std::string Reason(const Items& front, std::size_t count,
                     Clock::TimePoint now, Clock::TimePoint until) const {
    if (count == options_.max_batch_items) return "full";
    if (count < front.size()) return "token_budget";
    if (Sum(front, count) >= options_.max_batch_tokens) return "token_budget";
    if (closed_) return "drain";
    if (options_.max_delay.count() == 0) return "idle";
    if (now >= until) return "delay";
    for (const Item& item : front) {
      if (item.deadline <= until) return "delay";
    }
    return "";
  }

  std::string Take(const Items& front, std::size_t count,
                   const std::string& reason) {
    std::string batch = "take";
    for (std::size_t i = 0; i < count; ++i) {
      batch += Number(front[i].id);
      Cancel(front[i].id);
    }
    batch += " (";
    batch += reason + "," + Number(Sum(front, count)) + " tokens)";
    return batch;
  }

  const BatchOptions options_;
  Items waiting_;  // In the order of arrival.
  bool closed_ = false;
};

}  // namespace emotion
