#include "server/inference/calibration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace emotion {
namespace {

using testing::ElementsAre;
using testing::FloatNear;

TEST(CalibrationTest, WithoutBiasItIsASoftmax) {
  const Calibration calibration{1.0F, {0, 0, 0}};
  const float logits[] = {0.0F, 1.0F, 2.0F};
  const Prediction prediction = calibration.Apply(logits);
  EXPECT_EQ(prediction.label, 2U);
  EXPECT_THAT(
      prediction.probabilities,
      ElementsAre(FloatNear(0.0900306F, 1e-6F), FloatNear(0.2447285F, 1e-6F),
                  FloatNear(0.6652410F, 1e-6F)));
  EXPECT_THAT(prediction.logits, ElementsAre(0.0F, 1.0F, 2.0F));
}

TEST(CalibrationTest, TheBiasDecidesTheLabel) {
  const Calibration calibration{1.0F, {2.2F, 0, 0, 0}};
  const float logits[] = {1.0F, 3.0F, 0.0F, 0.0F};
  EXPECT_EQ(calibration.Apply(logits).label, 0U);
}

TEST(CalibrationTest, TheTemperatureChangesProbabilitiesButNotTheLabel) {
  const float logits[] = {0.0F, 4.0F};
  const Prediction hot = Calibration{4.0F, {0, 0}}.Apply(logits);
  EXPECT_EQ(hot.label, 1U);
  EXPECT_NEAR(hot.probabilities[1], 0.7310586F, 1e-6F);
}

TEST(CalibrationTest, OnlyTheLogitsOfItsHeadCount) {
  const float logits[] = {9.0F, 0.0F, 0.0F, 2.0F, 7.0F, 7.0F};
  const Prediction prediction = Calibration{1.0F, {0, 0}, 1}.Apply(logits);
  EXPECT_EQ(prediction.label, 1U);
  EXPECT_THAT(
      prediction.probabilities,
      ElementsAre(FloatNear(0.1192029F, 1e-6F), FloatNear(0.880797F, 1e-6F)));
  EXPECT_EQ(prediction.logits.size(), 6U);
}

TEST(CalibrationTest, FarLogitsDoNotOverflow) {
  const Calibration calibration{1.0F, {0, 0}};
  const float logits[] = {-3e38F, 3e38F};
  EXPECT_THAT(calibration.Apply(logits).probabilities, ElementsAre(0.0F, 1.0F));
}

}  // namespace
}  // namespace emotion
