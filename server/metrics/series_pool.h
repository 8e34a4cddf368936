#pragma once

#include <prometheus/family.h>
#include <prometheus/labels.h>

#include <map>
#include <memory>
#include <mutex>

namespace emotion {

// The series of one metric that come and go: each is on the page as long as
// somebody holds it. Whoever asks for the same labels meanwhile holds the same
// series. Thread-safe; must outlive what it hands out.
template <typename Series>
class SeriesPool {
 public:
  // REQUIRES: `family` outlives the pool.
  explicit SeriesPool(prometheus::Family<Series>& family) : family_(family) {}

  // The series with these labels; `arguments` are those of the series' maker,
  // such as a histogram's buckets.
  template <typename... Arguments>
  std::shared_ptr<Series> Hold(const prometheus::Labels& labels,
                               const Arguments&... arguments) {
    const std::lock_guard lock(mutex_);
    std::weak_ptr<Series>& held = held_[labels];
    if (auto series = held.lock()) return series;
    std::shared_ptr<Series> series(
        &family_.Add(labels, arguments...),
        [this, labels](Series* given_up) { GiveUp(labels, given_up); });
    held = series;
    return series;
  }

 private:
  // The last who held it has gone; but somebody may hold it anew since.
  void GiveUp(const prometheus::Labels& labels, Series* series) {
    const std::lock_guard lock(mutex_);
    const auto held = held_.find(labels);
    if (!held->second.expired()) return;
    held_.erase(held);
    family_.Remove(series);
  }

  prometheus::Family<Series>& family_;
  std::mutex mutex_;
  std::map<prometheus::Labels, std::weak_ptr<Series>> held_;  // By mutex_.
};

}  // namespace emotion
