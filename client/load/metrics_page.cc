#include "client/load/metrics_page.h"

#include <algorithm>

#include "client/load/number_text.h"
#include "client/load/units.h"

namespace emotion::load {
namespace {

constexpr const char* kGauges[] = {"emotion_queue_items",
                                   "emotion_requests_in_flight"};

}  // namespace

MetricsPage::MetricsPage(std::string_view text) {
  for (std::string_view line : SplitAt(text, '\n')) {
    if (line.empty() || line.front() == '#') continue;
    const std::size_t name_end = line.find_first_of("{ ");
    if (name_end == std::string_view::npos) continue;
    std::size_t value_at = name_end;
    if (line[name_end] == '{') {
      value_at = line.rfind('}');
      if (value_at == std::string_view::npos) continue;
      ++value_at;
    }
    if (value_at >= line.size() || line[value_at] != ' ') continue;
    std::string_view value = line.substr(value_at + 1);
    value = value.substr(0, value.find_first_of(" \r"));
    if (const auto number = ParseNumber(value)) {
      sums_[std::string(line.substr(0, name_end))] += *number;
    }
  }
}

std::optional<double> MetricsPage::Sum(const std::string& name) const {
  const auto found = sums_.find(name);
  if (found == sums_.end()) return std::nullopt;
  return found->second;
}

void ServerWatch::Add(const MetricsPage& page, Clock::TimePoint at) {
  ++view_.scrapes;
  if (!first_) {
    first_ = page;
    first_at_ = at;
  }
  last_ = page;
  last_at_ = at;
  for (const char* name : kGauges) {
    const auto value = page.Sum(name);
    if (!value) continue;
    Gauge& gauge = gauges_[name];
    gauge.sum += *value;
    gauge.max = std::max(gauge.max, *value);
    gauge.count += 1;
  }
}

std::optional<double> ServerWatch::Growth(const std::string& name) const {
  const auto before = first_->Sum(name);
  const auto after = last_->Sum(name);
  if (!before || !after) return std::nullopt;
  return *after - *before;
}

void ServerWatch::AddRatio(const std::string& figure,
                           const std::string& histogram, double scale,
                           ServerView& view) const {
  const auto sum = Growth(histogram + "_sum");
  const auto count = Growth(histogram + "_count");
  if (sum && count && *count > 0) view.figures[figure] = *sum / *count * scale;
}

ServerView ServerWatch::View() const {
  ServerView view = view_;
  if (!first_) return view;
  AddRatio("batch_items_mean", "emotion_batch_items", 1, view);
  AddRatio("batch_tokens_mean", "emotion_batch_tokens", 1, view);
  AddRatio("queue_wait_mean_ms", "emotion_queue_wait_seconds", 1e3, view);
  AddRatio("inference_mean_ms", "emotion_inference_seconds", 1e3, view);
  const double seconds = Seconds(last_at_ - first_at_);
  const auto rate = [&](const std::string& figure, const std::string& name) {
    const auto growth = Growth(name);
    if (growth && seconds > 0) view.figures[figure] = *growth / seconds;
  };
  rate("cpu_cores", "process_cpu_seconds_total");
  rate("busy_instances", "emotion_instance_busy_seconds_total");
  rate("batches_per_second", "emotion_batches_total");
  const auto growth = [&](const std::string& figure, const std::string& name) {
    if (const auto value = Growth(name)) view.figures[figure] = *value;
  };
  growth("rejected", "emotion_rejected_total");
  growth("expired", "emotion_expired_total");
  if (const auto bytes = last_->Sum("process_resident_memory_bytes")) {
    view.figures["resident_megabytes"] = *bytes / 1e6;
  }
  for (const auto& [name, gauge] : gauges_) {
    const bool queue = name == "emotion_queue_items";
    view.figures[queue ? "queue_items_max" : "in_flight_max"] = gauge.max;
    if (queue) view.figures["queue_items_mean"] = gauge.sum / gauge.count;
  }
  return view;
}

}  // namespace emotion::load
