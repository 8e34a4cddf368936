#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <list>
#include <random>
#include <string>
#include <vector>

#include "server/kernels/dispatch.h"
#include "server/kernels/mobilebert.h"

namespace emotion::kernels {

// Random numbers that live as long as this does, the same for the same seed.
class RandomNumbers {
 public:
  explicit RandomNumbers(unsigned seed) : random_(seed) {}

  std::span<const float> Normal(std::size_t count, float deviation);
  std::span<const float> Ones(std::size_t count);
  // A linear that keeps the size of what it reads, times `gain`.
  LinearWeights Linear(std::size_t inputs, std::size_t outputs, bool residual,
                       float gain = 1.0F);
  std::size_t Index(std::size_t size);

 private:
  std::mt19937 random_;
  std::list<std::vector<float>> numbers_;
};

// A small model with all parts of a large one.
MobileBertWeights RandomModel(const MobileBertShape& shape, bool pooler,
                              RandomNumbers& numbers);

// hidden 128, two heads, three layers, two feed-forward networks.
MobileBertShape SmallShape();

struct OwnedBatch {
  std::vector<std::int64_t> token_ids;
  std::vector<std::int64_t> segment_ids;
  std::vector<std::int64_t> offsets{0};

  PackedBatch view() const { return {token_ids, segment_ids, offsets}; }
  std::size_t size() const { return offsets.size() - 1; }
  // Dialogue i alone.
  OwnedBatch Only(std::size_t i) const;
};

OwnedBatch RandomBatch(const std::vector<std::size_t>& lengths,
                       const MobileBertShape& shape, RandomNumbers& numbers);

// Every table that this processor runs, of every precision.
std::vector<const KernelTable*> AllUsableKernels();

// "int8_avx512_vnni_0".
std::string KernelTestName(
    const testing::TestParamInfo<const KernelTable*>& parameter);

}  // namespace emotion::kernels
