#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "client/load/load_result.h"
#include "common/clock.h"

namespace emotion::load {

// A scrape of a server's metrics in Prometheus's text format: the sum over all
// label values of each series name. Lines that cannot be read are left out.
class MetricsPage {
 public:
  explicit MetricsPage(std::string_view text);

  // "emotion_batch_items_count"; nothing if the page lacks it.
  std::optional<double> Sum(const std::string& name) const;

 private:
  std::map<std::string, double, std::less<>> sums_;
};

// Puts scrapes of one run together. Not thread-safe.
class ServerWatch {
 public:
  // The first scrape is the state before the run, the last one after it;
  // gauges are read from those between. `at` is when it was taken.
  void Add(const MetricsPage& page, Clock::TimePoint at);
  void AddFailure() { ++view_.failed_scrapes; }

  // Figures that the pages had: queue_items_mean and _max,
  // queue_wait_mean_ms, batch_items_mean, batch_tokens_mean,
  // batches_per_second, inference_mean_ms, busy_instances, cpu_cores,
  // resident_megabytes, rejected, expired, in_flight_max.
  ServerView View() const;

 private:
  struct Gauge {
    double sum = 0;
    double max = 0;
    double count = 0;
  };

  // Between the first and the last scrape.
  std::optional<double> Growth(const std::string& name) const;
  void AddRatio(const std::string& figure, const std::string& histogram,
                double scale, ServerView& view) const;

  ServerView view_;
  std::optional<MetricsPage> first_;
  std::optional<MetricsPage> last_;
  Clock::TimePoint first_at_{};
  Clock::TimePoint last_at_{};
  std::map<std::string, Gauge> gauges_;
};

}  // namespace emotion::load
