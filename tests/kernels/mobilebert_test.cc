#include "server/kernels/mobilebert.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/kernels/plain_reference.h"
#include "tests/kernels/random_model.h"

namespace emotion::kernels {
namespace {

const std::vector<std::size_t> kLengths = {1,  2,  5,  21, 13, 3,  64,
                                           65, 17, 30, 1,  8,  128};

class MobileBertTest : public testing::TestWithParam<const KernelTable*> {
 protected:
  std::vector<float> Logits(const OwnedBatch& batch, std::size_t threads,
                            bool pooler = false) {
    RandomNumbers numbers(7);
    const MobileBert model(RandomModel(SmallShape(), pooler, numbers),
                           *GetParam());
    Executor executor(threads);
    return Logits(model, executor, batch);
  }

  static std::vector<float> Logits(const MobileBert& model, Executor& executor,
                                   const OwnedBatch& batch) {
    std::vector<float> logits(batch.size() * model.shape().labels, NAN);
    model.Forward(batch.view(), executor, logits);
    return logits;
  }

  static double Tolerance() {
    switch (GetParam()->precision) {
      case Precision::kFp32:
        return 2e-5;
      case Precision::kBf16:
        return 0.08;
      case Precision::kInt8:
        return 0.12;
    }
    return 0;
  }
};

TEST_P(MobileBertTest, AgreesWithThePlainReference) {
  for (const bool pooler : {false, true}) {
    RandomNumbers numbers(7);
    const MobileBertWeights weights =
        RandomModel(SmallShape(), pooler, numbers);
    const OwnedBatch batch = RandomBatch(kLengths, SmallShape(), numbers);
    const std::vector<double> expected = PlainLogits(weights, batch.view());
    const std::vector<float> logits = Logits(batch, 1, pooler);
    ASSERT_EQ(logits.size(), expected.size());
    for (std::size_t i = 0; i < logits.size(); ++i) {
      EXPECT_NEAR(logits[i], expected[i], Tolerance()) << i;
    }
  }
}

TEST_P(MobileBertTest, ADialogueHasTheSameBitsAloneAndInAnyBatch) {
  RandomNumbers numbers(8);
  const OwnedBatch batch = RandomBatch(kLengths, SmallShape(), numbers);
  const std::vector<float> together = Logits(batch, 1);
  const std::size_t labels = SmallShape().labels;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const std::vector<float> alone = Logits(batch.Only(i), 1);
    for (std::size_t k = 0; k < labels; ++k) {
      EXPECT_EQ(alone[k], together[i * labels + k]) << i << ", " << k;
    }
  }
}

TEST_P(MobileBertTest, AnyNumberOfThreadsGivesTheSameBits) {
  RandomNumbers numbers(9);
  const OwnedBatch many = RandomBatch(kLengths, SmallShape(), numbers);
  const OwnedBatch one = RandomBatch({19}, SmallShape(), numbers);
  const OwnedBatch three = RandomBatch({19, 40, 7}, SmallShape(), numbers);
  for (const OwnedBatch& batch : {many, one, three}) {
    const std::vector<float> expected = Logits(batch, 1);
    for (const std::size_t threads : {2, 3, 5}) {
      EXPECT_EQ(Logits(batch, threads), expected) << threads << " threads";
    }
  }
}

TEST_P(MobileBertTest, AnExecutorServesBatchesOfAnySizeInTurn) {
  RandomNumbers numbers(7);
  const MobileBert model(RandomModel(SmallShape(), false, numbers),
                         *GetParam());
  Executor used(2);
  for (const std::vector<std::size_t>& lengths :
       std::vector<std::vector<std::size_t>>{{5}, kLengths, {2, 2}, {128}}) {
    const OwnedBatch batch = RandomBatch(lengths, SmallShape(), numbers);
    Executor fresh(2);
    EXPECT_EQ(Logits(model, used, batch), Logits(model, fresh, batch));
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, MobileBertTest,
                         testing::ValuesIn(AllUsableKernels()), KernelTestName);

}  // namespace
}  // namespace emotion::kernels
