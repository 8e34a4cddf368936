#include "server/metrics/model_metrics.h"

#include <iterator>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "server/metrics/metric_family.h"
#include "server/metrics/metric_names.h"
#include "server/metrics/seconds.h"

namespace emotion {
namespace {

namespace names = metric_names;
using prometheus::Labels;

std::vector<double> Buckets(const names::HistogramSpec& spec) {
  return {spec.buckets.begin(), spec.buckets.end()};
}

}  // namespace

// What one model reports. It holds its series, and so keeps them on the page;
// the pool takes away those that nobody holds any more. A version that is
// loaded anew while the old one still answers holds the same series, so that
// its counters count on.
class ModelMetrics::Observer final : public ModelObserver {
 public:
  Observer(ModelMetrics& metrics, const ModelInfo& info) : metrics_(metrics) {
    model_ = {{"model", info.name}, {"version", info.version}};
    for (const std::string& label : info.labels) {
      const Labels labels = With({{"label", label}});
      predictions_.push_back(metrics.predictions_.Hold(labels));
      confidence_.push_back(
          metrics.confidence_.Hold(labels, Buckets(names::kConfidence)));
    }
    inference_time_ =
        metrics.inference_time_.Hold(model_, Buckets(names::kInferenceTime));
    inference_failures_ = metrics.inference_failures_.Hold(model_);
    for (const std::string_view outcome : names::kShadowOutcomes) {
      shadow_.push_back(
          metrics.shadow_.Hold(With({{"outcome", std::string(outcome)}})));
    }
    info_ = metrics.info_.Hold(With({{"manifest_sha256", info.manifest_sha256},
                                     {"layout", info.layout},
                                     {"precision", info.precision},
                                     {"runtime", metrics.runtime_}}));
    info_->Set(1);
  }

  void OnInference(std::size_t, std::size_t, std::chrono::nanoseconds duration,
                   bool ok) override {
    inference_time_->Observe(Seconds(duration));
    if (!ok) inference_failures_->Increment();
  }

  void OnPrediction(const Prediction& prediction) override {
    const std::size_t label = prediction.label;
    if (label >= predictions_.size()) return;
    predictions_[label]->Increment();
    if (label < prediction.probabilities.size()) {
      confidence_[label]->Observe(prediction.probabilities[label]);
    }
  }

  void OnShadow(ShadowOutcome outcome, std::string_view given,
                std::string_view own) override {
    shadow_[static_cast<std::size_t>(outcome)]->Increment();
    if (outcome == ShadowOutcome::kChanged) Changed(given, own).Increment();
  }

 private:
  Labels With(const Labels& others) const {
    Labels labels = others;
    labels.insert(model_.begin(), model_.end());
    return labels;
  }

  // Made when it is first seen, since most pairs never are.
  prometheus::Counter& Changed(std::string_view given, std::string_view own) {
    const std::lock_guard lock(mutex_);
    auto& series = changed_[{std::string(given), std::string(own)}];
    if (!series) {
      series = metrics_.shadow_changed_.Hold(
          With({{"given", std::string(given)}, {"own", std::string(own)}}));
    }
    return *series;
  }

  ModelMetrics& metrics_;
  Labels model_;
  // By label.
  std::vector<std::shared_ptr<prometheus::Counter>> predictions_;
  std::vector<std::shared_ptr<prometheus::Histogram>> confidence_;
  std::shared_ptr<prometheus::Histogram> inference_time_;
  std::shared_ptr<prometheus::Counter> inference_failures_;
  // By outcome.
  std::vector<std::shared_ptr<prometheus::Counter>> shadow_;
  std::shared_ptr<prometheus::Gauge> info_;

  std::mutex mutex_;
  // By given and own label; guarded by mutex_.
  std::map<std::pair<std::string, std::string>,
           std::shared_ptr<prometheus::Counter>>
      changed_;
};

ModelMetrics::ModelMetrics(prometheus::Registry& registry, std::string runtime)
    : runtime_(std::move(runtime)),
      predictions_(AddFamily(registry, names::kPredictions)),
      confidence_(AddFamily(registry, names::kConfidence)),
      inference_time_(AddFamily(registry, names::kInferenceTime)),
      inference_failures_(AddFamily(registry, names::kInferenceFailures)),
      shadow_(AddFamily(registry, names::kShadow)),
      shadow_changed_(AddFamily(registry, names::kShadowChanged)),
      info_(AddFamily(registry, names::kModelInfo)),
      load_time_(AddSeries(registry, names::kModelLoadTime)) {}

std::unique_ptr<ModelObserver> ModelMetrics::Create(
    const ModelInfo& info, std::chrono::nanoseconds load_time) {
  load_time_.Set(Seconds(load_time));
  return std::make_unique<Observer>(*this, info);
}

}  // namespace emotion
