#include "server/metrics/model_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/metrics/page.h"

namespace emotion {
namespace {

using std::chrono_literals::operator""ms;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ModelMetricsTest : public testing::Test {
 protected:
  std::unique_ptr<ModelObserver> Load(const std::string& version,
                                      const std::vector<std::string>& labels = {
                                          "calm", "sad"}) {
    return metrics_.Create({.name = "m",
                            .version = version,
                            .labels = labels,
                            .layout = "packed",
                            .precision = "int8",
                            .traffic = "chat",
                            .manifest_sha256 = "0" + version},
                           250ms);
  }

  prometheus::Registry registry_;
  ModelMetrics metrics_{registry_, "libtorch 1"};
};

TEST_F(ModelMetricsTest, AForwardPassCountsItsTimeAndItsFailure) {
  const auto model = Load("1");
  EXPECT_THAT(
      ChangedBy(registry_, [&] { model->OnInference(2, 40, 25ms, true); }),
      ElementsAre(
          R"(emotion_inference_seconds_count{model="m",version="1"} 1)",
          R"(emotion_inference_seconds_sum{model="m",version="1"} 0.025)"));
  EXPECT_THAT(
      ChangedBy(registry_, [&] { model->OnInference(2, 40, 25ms, false); }),
      ElementsAre(
          R"(emotion_inference_failures_total{model="m",version="1"} 1)",
          R"(emotion_inference_seconds_count{model="m",version="1"} 2)",
          R"(emotion_inference_seconds_sum{model="m",version="1"} 0.05)"));
}

TEST_F(ModelMetricsTest, APredictionCountsItsLabelAndConfidence) {
  const auto model = Load("1");
  const Prediction sad{
      .label = 1, .probabilities = {0.25F, 0.75F}, .logits = {}};
  const std::string labels = R"({label="sad",model="m",version="1"})";
  EXPECT_THAT(
      ChangedBy(registry_, [&] { model->OnPrediction(sad); }),
      ElementsAre("emotion_prediction_confidence_count" + labels + " 1",
                  "emotion_prediction_confidence_sum" + labels + " 0.75",
                  "emotion_predictions_total" + labels + " 1"));
}

TEST_F(ModelMetricsTest, APredictionOfAnUnknownLabelIsNotCounted) {
  const auto model = Load("1");
  const Prediction odd{.label = 2, .probabilities = {}, .logits = {}};
  EXPECT_THAT(ChangedBy(registry_, [&] { model->OnPrediction(odd); }),
              IsEmpty());
}

TEST_F(ModelMetricsTest, AShadowCountsHowItComparesAndWhatItChanges) {
  const auto model = Load("2");
  EXPECT_THAT(
      ChangedBy(registry_,
                [&] {
                  model->OnShadow(ShadowOutcome::kAgreed, "sad", "sad");
                  model->OnShadow(ShadowOutcome::kChanged, "sad", "calm");
                  model->OnShadow(ShadowOutcome::kFailed, "sad", "");
                  model->OnShadow(ShadowOutcome::kDropped, "sad", "");
                }),
      ElementsAre(
          R"(emotion_shadow_changed_total{given="sad",model="m",own="calm",version="2"} 1)",
          R"(emotion_shadow_dialogues_total{model="m",outcome="agreed",version="2"} 1)",
          R"(emotion_shadow_dialogues_total{model="m",outcome="changed",version="2"} 1)",
          R"(emotion_shadow_dialogues_total{model="m",outcome="dropped",version="2"} 1)",
          R"(emotion_shadow_dialogues_total{model="m",outcome="failed",version="2"} 1)"));
}

TEST_F(ModelMetricsTest, AModelsSeriesComeAndGoWithIt) {
  auto old = Load("1");
  old->OnShadow(ShadowOutcome::kChanged, "sad", "calm");
  auto next = Load("2", {"a", "b", "c"});
  EXPECT_THAT(Lines(registry_), Contains(HasSubstr(R"(version="1")")));
  EXPECT_THAT(
      Lines(registry_),
      Contains(
          R"(emotion_model_info{layout="packed",manifest_sha256="02",model="m",precision="int8",runtime="libtorch 1",version="2"} 1)"));
  old.reset();
  EXPECT_THAT(Lines(registry_), Not(Contains(HasSubstr(R"(version="1")"))));
  EXPECT_THAT(Lines(registry_), Contains(HasSubstr(R"(version="2")")));
  next.reset();
  EXPECT_THAT(Lines(registry_), Not(Contains(HasSubstr("version="))));
}

TEST_F(ModelMetricsTest, TheSameVersionLoadedAnewCountsOn) {
  auto old = Load("1");
  const Prediction calm{.label = 0, .probabilities = {1, 0}, .logits = {}};
  old->OnPrediction(calm);
  const auto again = Load("1");
  old.reset();
  again->OnPrediction(calm);
  EXPECT_THAT(
      Lines(registry_),
      Contains(
          R"(emotion_predictions_total{label="calm",model="m",version="1"} 2)"));
}

TEST_F(ModelMetricsTest, ScrapesAndEventsGoOnWhileModelsComeAndGo) {
  std::atomic<bool> done{false};
  std::thread scraper([&] {
    while (!done.load()) registry_.Collect();
  });
  const auto stays = Load("0");
  for (int i = 0; i < 200; ++i) {
    const auto model = Load(std::to_string(i % 3));
    model->OnInference(1, 1, 1ms, true);
    stays->OnShadow(ShadowOutcome::kChanged, "sad", std::to_string(i % 5));
  }
  done.store(true);
  scraper.join();
  EXPECT_THAT(
      Lines(registry_),
      Contains(HasSubstr(
          R"(emotion_inference_seconds_count{model="m",version="0"} 67)")));
}

}  // namespace
}  // namespace emotion
