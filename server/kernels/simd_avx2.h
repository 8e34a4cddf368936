#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace emotion::kernels {

// AVX2 with FMA. See simd_portable.h for what each operation does. Include only
// where the compiler may use these instructions.
struct Avx2 {
  using Float = __m256;
  using Int = __m256i;
  static constexpr std::size_t kLanes = 8;
  // 10 sums, 2 weights and 1 input, with temporaries, fill 16 registers.
  static constexpr std::size_t kBlockRows = 5;

  static Float Load(const float* p) { return _mm256_loadu_ps(p); }
  static void Store(float* p, Float x) { _mm256_storeu_ps(p, x); }
  static Float Set(float x) { return _mm256_set1_ps(x); }
  static Float Add(Float a, Float b) { return _mm256_add_ps(a, b); }
  static Float Mul(Float a, Float b) { return _mm256_mul_ps(a, b); }
  static Float MulAdd(Float a, Float b, Float c) {
    return _mm256_fmadd_ps(a, b, c);
  }
  static Float Max(Float a, Float b) { return _mm256_max_ps(a, b); }
  static Float Abs(Float x) {
    return _mm256_andnot_ps(_mm256_set1_ps(-0.0F), x);
  }
  static float ReduceMax(Float x) {
    __m128 y =
        _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    y = _mm_max_ps(y, _mm_movehl_ps(y, y));
    return _mm_cvtss_f32(_mm_max_ss(y, _mm_shuffle_ps(y, y, 1)));
  }
  static float ReduceAdd(Float x) {
    __m128 y =
        _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    y = _mm_add_ps(y, _mm_movehl_ps(y, y));
    return _mm_cvtss_f32(_mm_add_ss(y, _mm_shuffle_ps(y, y, 1)));
  }
  static Float ScaleByPowerOf2(Float x, Float n) {
    const Int exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n), SetInt(127));
    return Mul(x, _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23)));
  }
  static Float Round(Float x) {
    return _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  }

  static void Transpose(Float (&x)[8]) {
    Float fours[8];
    for (int i = 0; i < 8; i += 4) {
      const Float a = _mm256_unpacklo_ps(x[i], x[i + 1]);
      const Float b = _mm256_unpackhi_ps(x[i], x[i + 1]);
      const Float c = _mm256_unpacklo_ps(x[i + 2], x[i + 3]);
      const Float d = _mm256_unpackhi_ps(x[i + 2], x[i + 3]);
      fours[i] = _mm256_shuffle_ps(a, c, 0x44);
      fours[i + 1] = _mm256_shuffle_ps(a, c, 0xEE);
      fours[i + 2] = _mm256_shuffle_ps(b, d, 0x44);
      fours[i + 3] = _mm256_shuffle_ps(b, d, 0xEE);
    }
    for (int i = 0; i < 4; ++i) {
      x[i] = _mm256_permute2f128_ps(fours[i], fours[4 + i], 0x20);
      x[4 + i] = _mm256_permute2f128_ps(fours[i], fours[4 + i], 0x31);
    }
  }

  static Int LoadInt(const void* p) {
    return _mm256_loadu_si256(static_cast<const __m256i*>(p));
  }
  static Int SetInt(std::int32_t x) { return _mm256_set1_epi32(x); }
  static Float ToFloat(Int x) { return _mm256_cvtepi32_ps(x); }
  static void StoreBytes(std::byte* p, const Float* x) {
    StoreInt(p, InOrder(_mm256_packus_epi16(Words(x), Words(x + 2))));
  }
  static void StoreCentredBytes(std::byte* p, const Float* x) {
    const Int bytes = InOrder(_mm256_packs_epi16(Words(x), Words(x + 2)));
    StoreInt(p, _mm256_xor_si256(bytes, _mm256_set1_epi8(-128)));
  }
  static void StoreBf16(std::byte* p, Float x) {
    const Int bits = _mm256_castps_si256(x);
    const Int odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), SetInt(1));
    const Int half = _mm256_add_epi32(odd, SetInt(0x7FFF));
    const Int rounded = _mm256_srli_epi32(_mm256_add_epi32(bits, half), 16);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p),
                     _mm_packus_epi32(_mm256_castsi256_si128(rounded),
                                      _mm256_extracti128_si256(rounded, 1)));
  }

  // vpmaddubsw would add two products in 16 bits and saturate: 2 * 255 * 127 is
  // over 32,767. So even and odd bytes are widened apart, and vpmaddwd adds
  // their products in 32 bits.
  static Int DotInt8(Int sum, Int input, Int weight) {
    const Int even =
        _mm256_madd_epi16(_mm256_and_si256(input, SetInt(0x00FF00FF)),
                          _mm256_srai_epi16(_mm256_slli_epi16(weight, 8), 8));
    const Int odd = _mm256_madd_epi16(_mm256_srli_epi16(input, 8),
                                      _mm256_srai_epi16(weight, 8));
    return _mm256_add_epi32(sum, _mm256_add_epi32(even, odd));
  }
  static Float DotBf16(Float sum, Int input, Int weight) {
    const Int high = SetInt(static_cast<std::int32_t>(0xFFFF0000U));
    sum = MulAdd(_mm256_castsi256_ps(_mm256_slli_epi32(input, 16)),
                 _mm256_castsi256_ps(_mm256_slli_epi32(weight, 16)), sum);
    return MulAdd(_mm256_castsi256_ps(_mm256_and_si256(input, high)),
                  _mm256_castsi256_ps(_mm256_and_si256(weight, high)), sum);
  }
  static Float DotFp32(Float sum, Int input, Int weight) {
    return MulAdd(_mm256_castsi256_ps(input), _mm256_castsi256_ps(weight), sum);
  }

 private:
  static void StoreInt(std::byte* p, Int x) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), x);
  }
  static Int Words(const Float* x) {
    return _mm256_packs_epi32(_mm256_cvtps_epi32(x[0]),
                              _mm256_cvtps_epi32(x[1]));
  }
  // Packing works in each half of a vector on its own.
  static Int InOrder(Int bytes) {
    return _mm256_permutevar8x32_epi32(
        bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
  }
};

#ifdef __AVXVNNI__
// AVX2 with the 256-bit dot product of AVX-VNNI.
struct Avx2Vnni : Avx2 {
  // In assembly: GCC 12 copies the sums of the intrinsic around.
  static Int DotInt8(Int sum, Int input, Int weight) {
    asm("%{vex%} vpdpbusd %2, %1, %0" : "+x"(sum) : "x"(input), "x"(weight));
    return sum;
  }
};
#endif

}  // namespace emotion::kernels
