#pragma once

#include <cstddef>

#include "server/kernels/kernel_table.h"

namespace emotion::kernels {

// e^x to about 1e-7 of its value for x at most 0; below -87 it stays at e^-87.
// Cephes' polynomial after Cody and Waite's reduction by ln 2 in two parts.
template <class S>
typename S::Float Exp(typename S::Float x) {
  x = S::Max(x, S::Set(-87.0F));
  const auto n = S::Round(S::Mul(x, S::Set(1.44269504F)));
  auto r = S::MulAdd(n, S::Set(-0.693359375F), x);
  r = S::MulAdd(n, S::Set(2.12194440e-4F), r);
  auto sum = S::Set(1.9875691500e-4F);
  sum = S::MulAdd(sum, r, S::Set(1.3981999507e-3F));
  sum = S::MulAdd(sum, r, S::Set(8.3334519073e-3F));
  sum = S::MulAdd(sum, r, S::Set(4.1665795894e-2F));
  sum = S::MulAdd(sum, r, S::Set(1.6666665459e-1F));
  sum = S::MulAdd(sum, r, S::Set(5.0000001201e-1F));
  sum = S::MulAdd(sum, S::Mul(r, r), S::Add(r, S::Set(1.0F)));
  return S::ScaleByPowerOf2(sum, n);
}

// softmax(Q K^T / sqrt(32)) V for one head of one dialogue, a few queries at a
// time. Keys are transposed once, so that a vector holds one dimension of as
// many keys as it has lanes: a score is then a chain of multiply-adds without a
// sum across lanes. Only the scores of the queries at hand exist, at most four
// rows, which stay in the first-level cache. The weights are normalised last,
// by one multiplication of each output value.
template <class S>
class Head {
 public:
  Head(const AttentionCall& call, std::size_t head)
      : call_(call),
        column_(head * kHeadSize),
        padded_((call.tokens + S::kLanes - 1) / S::kLanes * S::kLanes),
        keys_(call.scratch),
        scores_(call.scratch + kHeadSize * padded_) {
    for (std::size_t j = 0; j < padded_; j += S::kLanes) {
      for (std::size_t d = 0; d < kHeadSize; d += S::kLanes)
        TransposeKeys(j, d);
    }
  }

  template <std::size_t kQueries>
  void Compute(std::size_t query) {
    Score<kQueries>(query);
    float inverse[kQueries];
    for (std::size_t q = 0; q < kQueries; ++q) {
      inverse[q] = 1.0F / SoftmaxSum(scores_ + q * padded_);
    }
    Average<kQueries>(query, inverse);
  }

 private:
  // Transposes a square of keys; beyond the last token there are zeros.
  void TransposeKeys(std::size_t j, std::size_t d) {
    typename S::Float square[S::kLanes];
#pragma GCC unroll 16
    for (std::size_t i = 0; i < S::kLanes; ++i) {
      square[i] = j + i < call_.tokens ? S::Load(call_.key[j + i] + column_ + d)
                                       : S::Set(0);
    }
    S::Transpose(square);
#pragma GCC unroll 16
    for (std::size_t i = 0; i < S::kLanes; ++i) {
      S::Store(keys_ + (d + i) * padded_ + j, square[i]);
    }
  }

  // scores[q][j] = query q . key j
  template <std::size_t kQueries>
  void Score(std::size_t query) {
    std::size_t j = 0;
    for (; j + 2 * S::kLanes <= padded_; j += 2 * S::kLanes) {
      ScoreBlock<kQueries, 2>(query, j);
    }
    if (j < padded_) ScoreBlock<kQueries, 1>(query, j);
  }

  template <std::size_t kQueries, std::size_t kVectors>
  void ScoreBlock(std::size_t query, std::size_t j) {
    typename S::Float sums[kQueries][kVectors];
    const float* queries[kQueries];
#pragma GCC unroll 4
    for (std::size_t q = 0; q < kQueries; ++q) {
      queries[q] = call_.query[query + q] + column_;
#pragma GCC unroll 2
      for (std::size_t v = 0; v < kVectors; ++v) sums[q][v] = S::Set(0);
    }
    for (std::size_t d = 0; d < kHeadSize; ++d) {
      typename S::Float keys[kVectors];
#pragma GCC unroll 2
      for (std::size_t v = 0; v < kVectors; ++v) {
        keys[v] = S::Load(keys_ + d * padded_ + j + v * S::kLanes);
      }
#pragma GCC unroll 4
      for (std::size_t q = 0; q < kQueries; ++q) {
        const auto value = S::Set(queries[q][d]);
#pragma GCC unroll 2
        for (std::size_t v = 0; v < kVectors; ++v) {
          sums[q][v] = S::MulAdd(value, keys[v], sums[q][v]);
        }
      }
    }
#pragma GCC unroll 4
    for (std::size_t q = 0; q < kQueries; ++q) {
#pragma GCC unroll 2
      for (std::size_t v = 0; v < kVectors; ++v) {
        S::Store(scores_ + q * padded_ + j + v * S::kLanes, sums[q][v]);
      }
    }
  }

  // Scores to e^((score - largest) / sqrt(32)); returns their sum.
  float SoftmaxSum(float* scores) {
    constexpr float kScale = 0.176776695F;
    for (std::size_t j = call_.tokens; j < padded_; ++j) scores[j] = -1e30F;
    auto largest = S::Load(scores);
    for (std::size_t j = S::kLanes; j < padded_; j += S::kLanes) {
      largest = S::Max(largest, S::Load(scores + j));
    }
    const auto shift = S::Set(-kScale * S::ReduceMax(largest));
    auto sum = S::Set(0);
    for (std::size_t j = 0; j < padded_; j += S::kLanes) {
      const auto weight =
          Exp<S>(S::MulAdd(S::Load(scores + j), S::Set(kScale), shift));
      sum = S::Add(sum, weight);
      S::Store(scores + j, weight);
    }
    return S::ReduceAdd(sum);
  }

  // output q = sum over j of scores[q][j] * value j
  template <std::size_t kQueries>
  void Average(std::size_t query, const float* inverse) {
    constexpr std::size_t kVectors = kHeadSize / S::kLanes;
    typename S::Float sums[kQueries][kVectors];
    for (std::size_t q = 0; q < kQueries; ++q) {
      for (std::size_t v = 0; v < kVectors; ++v) sums[q][v] = S::Set(0);
    }
    for (std::size_t j = 0; j < call_.tokens; ++j) {
      const float* value = call_.value[j] + column_;
      for (std::size_t q = 0; q < kQueries; ++q) {
        const auto weight = S::Set(scores_[q * padded_ + j]);
        for (std::size_t v = 0; v < kVectors; ++v) {
          sums[q][v] =
              S::MulAdd(weight, S::Load(value + v * S::kLanes), sums[q][v]);
        }
      }
    }
    for (std::size_t q = 0; q < kQueries; ++q) {
      float* output = call_.output[query + q] + column_;
      for (std::size_t v = 0; v < kVectors; ++v) {
        S::Store(output + v * S::kLanes,
                 S::Mul(sums[q][v], S::Set(inverse[q])));
      }
    }
  }

  const AttentionCall& call_;
  const std::size_t column_;
  const std::size_t padded_;
  // [32][padded]: keys transposed, so that lanes are keys.
  float* const keys_;
  // [kQueries][padded]
  float* const scores_;
};

// KernelTable::attend.
template <class S>
void Attend(const AttentionCall& call) {
  for (std::size_t head = call.head_begin; head < call.head_end; ++head) {
    Head<S> attention(call, head);
    std::size_t query = 0;
    for (; query + 4 <= call.queries; query += 4) {
      attention.template Compute<4>(query);
    }
    for (; query < call.queries; ++query) attention.template Compute<1>(query);
  }
}

}  // namespace emotion::kernels
