#include "server/metrics/metric_family.h"

#include <cassert>

namespace emotion {

prometheus::Counter& AddSeries(prometheus::Registry& registry,
                               const metric_names::CounterSpec& spec,
                               const prometheus::Labels& labels) {
  return prometheus::BuildCounter()
      .Name(std::string(spec.name))
      .Help(std::string(spec.help))
      .Register(registry)
      .Add(labels);
}

prometheus::Gauge& AddSeries(prometheus::Registry& registry,
                             const metric_names::GaugeSpec& spec,
                             const prometheus::Labels& labels) {
  return prometheus::BuildGauge()
      .Name(std::string(spec.name))
      .Help(std::string(spec.help))
      .Register(registry)
      .Add(labels);
}

prometheus::Histogram& AddSeries(prometheus::Registry& registry,
                                 const metric_names::HistogramSpec& spec,
                                 const prometheus::Labels& labels) {
  return prometheus::BuildHistogram()
      .Name(std::string(spec.name))
      .Help(std::string(spec.help))
      .Register(registry)
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
  prometheus::BuildGauge()
      .Name(std::string(spec.name))
      .Help(std::string(spec.help))
      .Register(registry)
      .Add(labels)
      .Set(1);
}

}  // namespace emotion
