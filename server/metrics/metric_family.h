#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/metrics/metric_names.h"

namespace emotion {

// The family of a metric; the same for the same name. It lives as long as the
// registry.
prometheus::Family<prometheus::Counter>& AddFamily(
    prometheus::Registry& registry, const metric_names::CounterSpec& spec);
prometheus::Family<prometheus::Gauge>& AddFamily(
    prometheus::Registry& registry, const metric_names::GaugeSpec& spec);
prometheus::Family<prometheus::Gauge>& AddFamily(
    prometheus::Registry& registry, const metric_names::InfoSpec& spec);
prometheus::Family<prometheus::Histogram>& AddFamily(
    prometheus::Registry& registry, const metric_names::HistogramSpec& spec);

// Makes the one series of a metric that has the labels `labels`. Called while
// the server is put together, not per event. The series lives as long as the
// registry.
prometheus::Counter& AddSeries(prometheus::Registry& registry,
                               const metric_names::CounterSpec& spec,
                               const prometheus::Labels& labels = {});
prometheus::Gauge& AddSeries(prometheus::Registry& registry,
                             const metric_names::GaugeSpec& spec,
                             const prometheus::Labels& labels = {});
prometheus::Histogram& AddSeries(prometheus::Registry& registry,
                                 const metric_names::HistogramSpec& spec,
                                 const prometheus::Labels& labels = {});

// Makes the info metric with the value of each key, in the order of spec.keys.
// REQUIRES: values.size() == spec.keys.size().
void AddInfo(prometheus::Registry& registry, const metric_names::InfoSpec& spec,
             std::span<const std::string> values);

// The series of one metric, one for each value of its label, looked up once so
// that an event costs no map. Thread-safe as its series are.
template <typename Series>
class SeriesByLabel {
 public:
  // Empty: counts nothing.
  SeriesByLabel() = default;

  // Series for the spec's known values, each with `labels` too.
  template <typename Spec>
  SeriesByLabel(prometheus::Registry& registry, const Spec& spec,
                const prometheus::Labels& labels = {})
      : SeriesByLabel(registry, spec, spec.label.values, labels) {}

  // Series for `values`, where the spec leaves them open.
  template <typename Spec, typename Values>
  SeriesByLabel(prometheus::Registry& registry, const Spec& spec,
                const Values& values, const prometheus::Labels& labels) {
    for (const auto& value : values) {
      prometheus::Labels own = labels;
      own.emplace(spec.label.key, value);
      values_.emplace_back(value);
      series_.push_back(&AddSeries(registry, spec, own));
    }
  }

  // The series of the value at `index`. REQUIRES: index < size().
  Series& At(std::size_t index) const { return *series_[index]; }

  // The place of `value`, or the last place, which holds kOther.
  std::size_t IndexOf(std::string_view value) const {
    std::size_t index = 0;
    while (index + 1 < values_.size() && values_[index] != value) ++index;
    return index;
  }

  std::size_t size() const { return series_.size(); }

 private:
  std::vector<std::string> values_;
  std::vector<Series*> series_;
};

}  // namespace emotion
