#include "server/metrics/metric_family.h"

#include <cassert>

namespace emotion {

prometheus::Family<prometheus::Counter>& AddFamily(
    prometheus::Registry& registry, const metric_names::CounterSpec& spec) {
  return prometheus::BuildCounter()
      .Name(std::string(spec.name))
      .Help(std::string(spec.help))
      .Register(registry);
}

prometheus::Family<prometheus::Gauge>& AddFamily(
    prometheus::Registry& registry, const metric_names::GaugeSpec& spec) {
  return prometheus::BuildGauge()
      .Name(std::string(spec.name))
      .Help(std::string(spec.help))
      .Register(registry);
}

prometheus::Family<prometheus::Gauge>& AddFamily(
    prometheus::Registry& registry, const metric_names::InfoSpec& spec) {
  return prometheus::BuildGauge()
      .Name(std::string(spec.name))
      .Help(std::string(spec.help))
      .Register(registry);
}

prometheus::Family<prometheus::Histogram>& AddFamily(
    prometheus::Registry& registry, const metric_names::HistogramSpec& spec) {
  return prometheus::BuildHistogram()
      .Name(std::string(spec.name))
      .Help(std::string(spec.help))
      .Register(registry);
}

prometheus::Counter& AddSeries(prometheus::Registry& registry,
                               const metric_names::CounterSpec& spec,
                               const prometheus::Labels& labels) {
  return AddFamily(registry, spec).Add(labels);
}

prometheus::Gauge& AddSeries(prometheus::Registry& registry,
                             const metric_names::GaugeSpec& spec,
                             const prometheus::Labels& labels) {
  return AddFamily(registry, spec).Add(labels);
}

prometheus::Histogram& AddSeries(prometheus::Registry& registry,
                                 const metric_names::HistogramSpec& spec,
                                 const prometheus::Labels& labels) {
  return AddFamily(registry, spec)
      .Add(labels, prometheus::Histogram::BucketBoundaries(spec.buckets.begin(),
                                                           spec.buckets.end()));
}

void AddInfo(prometheus::Registry& registry, const metric_names::InfoSpec& spec,
             std::span<const std::string> values) {
  assert(values.size() == spec.keys.size());
  prometheus::Labels labels;
  for (std::size_t i = 0; i < spec.keys.size(); ++i) {
    labels.emplace(spec.keys[i], values[i]);
  }
  AddFamily(registry, spec).Add(labels).Set(1);
}

}  // namespace emotion
