#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace emotion::kernels {

// AVX-512 (F, BW, DQ, VL) with VNNI and BF16. See simd_portable.h for what each
// operation does. Include only where the compiler may use these instructions.
struct Avx512 {
  using Float = __m512;
  using Int = __m512i;
  static constexpr std::size_t kLanes = 16;
  // 24 sums, 2 weights and 1 input fill 27 of 32 registers.
  static constexpr std::size_t kBlockRows = 12;

  static Float Load(const float* p) { return _mm512_loadu_ps(p); }
  static void Store(float* p, Float x) { _mm512_storeu_ps(p, x); }
  static Float Set(float x) { return _mm512_set1_ps(x); }
  static Float Add(Float a, Float b) { return _mm512_add_ps(a, b); }
  static Float Mul(Float a, Float b) { return _mm512_mul_ps(a, b); }
  static Float MulAdd(Float a, Float b, Float c) {
    return _mm512_fmadd_ps(a, b, c);
  }
  static Float Max(Float a, Float b) { return _mm512_max_ps(a, b); }
  static Float Abs(Float x) { return _mm512_abs_ps(x); }
  static float ReduceMax(Float x) { return _mm512_reduce_max_ps(x); }
  static float ReduceAdd(Float x) { return _mm512_reduce_add_ps(x); }
  static Float ScaleByPowerOf2(Float x, Float n) {
    return _mm512_scalef_ps(x, n);
  }
  static Float Round(Float x) {
    return _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT);
  }

  static void Transpose(Float (&x)[16]) {
    Float pairs[16];
    for (int i = 0; i < 16; i += 2) {
      pairs[i] = _mm512_unpacklo_ps(x[i], x[i + 1]);
      pairs[i + 1] = _mm512_unpackhi_ps(x[i], x[i + 1]);
    }
    Float fours[16];
    for (int i = 0; i < 16; i += 4) {
      fours[i] = UnpackPairs<0>(pairs[i], pairs[i + 2]);
      fours[i + 1] = UnpackPairs<1>(pairs[i], pairs[i + 2]);
      fours[i + 2] = UnpackPairs<0>(pairs[i + 1], pairs[i + 3]);
      fours[i + 3] = UnpackPairs<1>(pairs[i + 1], pairs[i + 3]);
    }
    for (int i = 0; i < 4; ++i) {
      const Float a = _mm512_shuffle_f32x4(fours[i], fours[4 + i], 0x88);
      const Float b = _mm512_shuffle_f32x4(fours[i], fours[4 + i], 0xDD);
      const Float c = _mm512_shuffle_f32x4(fours[8 + i], fours[12 + i], 0x88);
      const Float d = _mm512_shuffle_f32x4(fours[8 + i], fours[12 + i], 0xDD);
      x[i] = _mm512_shuffle_f32x4(a, c, 0x88);
      x[4 + i] = _mm512_shuffle_f32x4(b, d, 0x88);
      x[8 + i] = _mm512_shuffle_f32x4(a, c, 0xDD);
      x[12 + i] = _mm512_shuffle_f32x4(b, d, 0xDD);
    }
  }

  static Int LoadInt(const void* p) { return _mm512_loadu_si512(p); }
  static Int SetInt(std::int32_t x) { return _mm512_set1_epi32(x); }
  static Float ToFloat(Int x) { return _mm512_cvtepi32_ps(x); }
  static void StoreBytes(std::byte* p, const Float* x) {
    _mm512_storeu_si512(p,
                        InOrder(_mm512_packus_epi16(Words(x), Words(x + 2))));
  }
  static void StoreCentredBytes(std::byte* p, const Float* x) {
    const Int bytes = InOrder(_mm512_packs_epi16(Words(x), Words(x + 2)));
    _mm512_storeu_si512(p, _mm512_xor_si512(bytes, _mm512_set1_epi8(-128)));
  }
  static void StoreBf16(std::byte* p, Float x) {
    const __m256bh rounded = _mm512_cvtneps_pbh(x);
    __builtin_memcpy(p, &rounded, sizeof(rounded));
  }

  // In assembly: GCC 12 copies the sums of the intrinsic around.
  static Int DotInt8(Int sum, Int input, Int weight) {
    asm("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(input), "v"(weight));
    return sum;
  }
  static Float DotBf16(Float sum, Int input, Int weight) {
    __m512bh a;
    __m512bh b;
    __builtin_memcpy(&a, &input, sizeof(a));
    __builtin_memcpy(&b, &weight, sizeof(b));
    return _mm512_dpbf16_ps(sum, a, b);
  }
  static Float DotFp32(Float sum, Int input, Int weight) {
    return MulAdd(_mm512_castsi512_ps(input), _mm512_castsi512_ps(weight), sum);
  }

 private:
  template <int kHigh>
  static Float UnpackPairs(Float a, Float b) {
    const __m512d x = _mm512_castps_pd(a);
    const __m512d y = _mm512_castps_pd(b);
    return _mm512_castpd_ps(kHigh ? _mm512_unpackhi_pd(x, y)
                                  : _mm512_unpacklo_pd(x, y));
  }
  static Int Words(const Float* x) {
    return _mm512_packs_epi32(_mm512_cvtps_epi32(x[0]),
                              _mm512_cvtps_epi32(x[1]));
  }
  // Packing works in each quarter of a vector on its own.
  static Int InOrder(Int bytes) {
    return _mm512_permutexvar_epi32(
        _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15),
        bytes);
  }
};

}  // namespace emotion::kernels
