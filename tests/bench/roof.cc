#include "tests/bench/roof.h"

#include <atomic>
#include <chrono>
#include <string_view>
#include <thread>
#include <vector>

#include "server/kernels/dispatch.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace emotion::bench {
namespace {

using kernels::Precision;
using Loop = void (*)(long);

constexpr long kRounds = 20'000;
constexpr int kSums = 12;

#if defined(__x86_64__)

// Twelve sums at once hide the latency of any of these instructions.
#define EMOTION_ROOF_LOOP(name, features, vector, zero, text)              \
  __attribute__((target(features))) void name(long rounds) {               \
    vector sums[kSums];                                                    \
    for (vector & sum : sums) sum = zero();                                \
    const vector x = zero();                                               \
    for (long i = 0; i < rounds; ++i) {                                    \
      asm volatile(text(0) text(1) text(2) text(3) text(4) text(5) text(6) \
                       text(7) text(8) text(9) text(10) text(11)           \
                   : "+v"(sums[0]), "+v"(sums[1]), "+v"(sums[2]),          \
                     "+v"(sums[3]), "+v"(sums[4]), "+v"(sums[5]),          \
                     "+v"(sums[6]), "+v"(sums[7]), "+v"(sums[8]),          \
                     "+v"(sums[9]), "+v"(sums[10]), "+v"(sums[11])         \
                   : "v"(x));                                              \
    }                                                                      \
  }

#define EMOTION_FMA(i) "vfmadd231ps %12, %12, %" #i "\n"
#define EMOTION_BF16(i) "vdpbf16ps %12, %12, %" #i "\n"
#define EMOTION_VNNI(i) "vpdpbusd %12, %12, %" #i "\n"
#define EMOTION_AVX_VNNI(i) "%{vex%} vpdpbusd %12, %12, %" #i "\n"

EMOTION_ROOF_LOOP(Fma512, "avx512f", __m512, _mm512_setzero_ps, EMOTION_FMA)
EMOTION_ROOF_LOOP(Bf16Dot512, "avx512f,avx512bf16", __m512, _mm512_setzero_ps,
                  EMOTION_BF16)
EMOTION_ROOF_LOOP(Int8Dot512, "avx512f,avx512vnni", __m512i,
                  _mm512_setzero_si512, EMOTION_VNNI)
EMOTION_ROOF_LOOP(Fma256, "avx2,fma", __m256, _mm256_setzero_ps, EMOTION_FMA)
EMOTION_ROOF_LOOP(Int8Dot256, "avx2,avxvnni", __m256i, _mm256_setzero_si256,
                  EMOTION_AVX_VNNI)

#endif

struct Roof {
  Loop loop = nullptr;
  double operations_per_instruction = 0;
};

Roof Choose(Precision precision) {
#if defined(__x86_64__)
  const std::string_view name = kernels::UsableKernels(precision)[0]->name;
  if (name == "avx512") return {Fma512, 32};
  if (name == "avx512-bf16") return {Bf16Dot512, 64};
  if (name == "avx512-vnni") return {Int8Dot512, 128};
  if (name == "avx2-vnni") return {Int8Dot256, 64};
  if (name == "avx2" && precision == Precision::kFp32) return {Fma256, 16};
#endif
  return {};
}

}  // namespace

double MeasureRoof(Precision precision, std::size_t threads, double seconds) {
  const Roof roof = Choose(precision);
  if (roof.loop == nullptr) return 0;
  std::atomic<long> rounds{0};
  const auto begin = std::chrono::steady_clock::now();
  const auto elapsed = [begin] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() -
                                         begin)
        .count();
  };
  std::vector<std::thread> team;
  for (std::size_t i = 0; i < threads; ++i) {
    team.emplace_back([&] {
      while (elapsed() < seconds) {
        roof.loop(kRounds);
        rounds += kRounds;
      }
    });
  }
  for (std::thread& thread : team) thread.join();
  return static_cast<double>(rounds) * kSums * roof.operations_per_instruction /
         elapsed() / 1e9;
}

}  // namespace emotion::bench
