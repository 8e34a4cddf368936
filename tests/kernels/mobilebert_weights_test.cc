#include "server/kernels/mobilebert_weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/kernels/random_model.h"

namespace emotion::kernels {
namespace {

using testing::HasSubstr;

class FindFaultTest : public testing::Test {
 protected:
  RandomNumbers numbers_{1};
  MobileBertWeights model_ = RandomModel(SmallShape(), true, numbers_);
};

TEST_F(FindFaultTest, AWholeModelHasNone) { EXPECT_EQ(FindFault(model_), ""); }

TEST_F(FindFaultTest, SizesThatTheKernelsCannotTakeAreNamed) {
  model_.shape.inner = 96;
  EXPECT_EQ(FindFault(model_), "inner is 96; expected a multiple of 64");
}

TEST_F(FindFaultTest, ALinearOfAnotherSizeIsNamed) {
  model_.layers[1].up[0].inputs = 128;
  EXPECT_EQ(FindFault(model_),
            "layers.1.up goes from 128 to 192; expected 64 to 192");
}

TEST_F(FindFaultTest, MissingNumbersAreNamed) {
  model_.layers[2].mix.residual_scale = {};
  EXPECT_EQ(FindFault(model_),
            "layers.2.mix.residual has 0 numbers; expected 64");
}

TEST_F(FindFaultTest, MissingLayersAreNamed) {
  model_.layers.pop_back();
  EXPECT_EQ(FindFault(model_), "layers has 2 numbers; expected 3");
  model_.layers.clear();
  model_.shape.layers = 0;
  EXPECT_THAT(FindFault(model_), HasSubstr("layers"));
}

}  // namespace
}  // namespace emotion::kernels
