#pragma once

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "server/base/clock.h"
#include "server/batching/batch_options.h"

namespace emotion {

// The batch queue told as plainly as possible, for comparison: one vector, no
// threads, every rule written out again from its description.
class NaiveQueue {
 public:
  // `batch` in the words of Show() in fake_item.h, or "wait".
  struct Outcome {
    std::string batch;
    Clock::TimePoint until = Clock::TimePoint::max();
  };

  explicit NaiveQueue(const BatchOptions& options) : options_(options) {}

  // Whether it is admitted.
  bool Push(int id, std::size_t tokens, Clock::TimePoint now,
            Clock::TimePoint deadline) {
    const bool full = items() + 1 > options_.max_queue_items ||
                      this->tokens() + tokens > options_.max_queue_tokens;
    if (closed_ || (full && !waiting_.empty())) return false;
    waiting_.push_back({id, tokens, now, deadline});
    return true;
  }

  bool Cancel(int id) {
    return std::erase_if(waiting_, [id](const Item& i) { return i.id == id; });
  }

  void Close() { closed_ = true; }

  std::size_t items() const { return waiting_.size(); }
  std::size_t tokens() const { return Sum(waiting_.size()); }
  Clock::Duration OldestAge(Clock::TimePoint now) const {
    return waiting_.empty() ? Clock::Duration(0) : now - waiting_[0].arrived;
  }

  Outcome Pop(Clock::TimePoint now) {
    std::vector<Item> expired;
    std::copy_if(waiting_.begin(), waiting_.end(), std::back_inserter(expired),
                 [&](const Item& i) { return i.deadline <= now; });
    std::erase_if(waiting_, [&](const Item& i) { return i.deadline <= now; });

    std::size_t count = waiting_.empty() ? 0 : 1;
    while (count < waiting_.size() && count < options_.max_batch_items &&
           Sum(count + 1) <= options_.max_batch_tokens) {
      ++count;
    }
    const Clock::TimePoint until =
        count == 0 ? Clock::TimePoint::max()
                   : waiting_[0].arrived + options_.max_delay;
    const std::string reason = count == 0 ? "" : Reason(count, now, until);
    std::string batch = reason.empty() ? "" : Take(count, reason);
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
  };

  template <typename Integer>
  static std::string Number(Integer value) {
    return std::to_string(value).insert(0, 1, ' ');
  }

  // Tokens of the first `count`.
  std::size_t Sum(std::size_t count) const {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += waiting_[i].tokens;
    return sum;
  }

  // Why the first `count` go now; empty if they do not.
  std::string Reason(std::size_t count, Clock::TimePoint now,
                     Clock::TimePoint until) const {
    if (count == options_.max_batch_items) return "full";
    if (count < waiting_.size()) return "token_budget";
    if (Sum(count) >= options_.max_batch_tokens) return "token_budget";
    if (closed_) return "drain";
    if (options_.max_delay.count() == 0) return "idle";
    if (now >= until) return "delay";
    for (const Item& item : waiting_) {
      if (item.deadline <= until) return "delay";
    }
    return "";
  }

  std::string Take(std::size_t count, const std::string& reason) {
    std::string batch = "take";
    for (std::size_t i = 0; i < count; ++i) {
      batch += Number(waiting_[i].id);
    }
    batch += " (";
    batch += reason + "," + Number(Sum(count)) + " tokens)";
    waiting_.erase(waiting_.begin(),
                   waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    return batch;
  }

  const BatchOptions options_;
  std::vector<Item> waiting_;
  bool closed_ = false;
};

}  // namespace emotion
