#pragma once

#include <cstddef>
#include <cstdint>

namespace emotion::kernels {

// Vectors of four lanes in the compiler's own terms, for any processor. The
// other instruction sets offer the same operations over more lanes; the kernels
// are templates over them. No header of the standard library's algorithms is
// used: its functions would be compiled for one processor and linked for all.
struct Portable {
  typedef float Float __attribute__((vector_size(16)));
  typedef std::int32_t Int __attribute__((vector_size(16)));
  static constexpr std::size_t kLanes = 4;
  // Rows whose sums are kept in registers at once.
  static constexpr std::size_t kBlockRows = 5;

  static Float Load(const float* p) { return Copy<Float>(p); }
  static void Store(float* p, Float x) { __builtin_memcpy(p, &x, sizeof(x)); }
  static Float Set(float x) { return Float{x, x, x, x}; }
  static Float Add(Float a, Float b) { return a + b; }
  static Float Mul(Float a, Float b) { return a * b; }
  // a * b + c, rounded once or twice.
  static Float MulAdd(Float a, Float b, Float c) { return a * b + c; }
  static Float Max(Float a, Float b) { return a > b ? a : b; }
  static Float Abs(Float x) { return Max(x, -x); }
  static float ReduceMax(Float x) {
    const float a = x[0] > x[1] ? x[0] : x[1];
    const float b = x[2] > x[3] ? x[2] : x[3];
    return a > b ? a : b;
  }
  static float ReduceAdd(Float x) { return (x[0] + x[1]) + (x[2] + x[3]); }
  // x * 2^n. REQUIRES: n is a whole number from -126 to 127.
  static Float ScaleByPowerOf2(Float x, Float n) {
    const Int exponent = (__builtin_convertvector(n, Int) + 127) << 23;
    return x * Copy<Float>(&exponent);
  }
  // To the nearest whole number, ties to even. REQUIRES: |x| < 2^22.
  static Float Round(Float x) {
    const Float shift = Set(12582912.0F);
    return (x + shift) - shift;
  }

  // Row i and column i change places.
  static void Transpose(Float (&x)[kLanes]) {
    for (std::size_t i = 0; i < kLanes; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        const float value = x[i][j];
        x[i][j] = x[j][i];
        x[j][i] = value;
      }
    }
  }

  static Int LoadInt(const void* p) { return Copy<Int>(p); }
  static Int SetInt(std::int32_t x) { return Int{x, x, x, x}; }
  static Float ToFloat(Int x) { return __builtin_convertvector(x, Float); }
  // Writes four vectors, a byte a lane, rounded. REQUIRES: from 0 to 255.
  static void StoreBytes(std::byte* p, const Float* x) {
    StoreShifted(p, x, 0);
  }
  // The same plus 128. REQUIRES: from -128 to 127.
  static void StoreCentredBytes(std::byte* p, const Float* x) {
    StoreShifted(p, x, 128);
  }
  // Writes a bfloat16 a lane, rounded to nearest, ties to even.
  static void StoreBf16(std::byte* p, Float x) {
    Int bits = Copy<Int>(&x);
    bits = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
    for (std::size_t i = 0; i < kLanes; ++i) {
      const auto half = static_cast<std::uint16_t>(bits[i]);
      __builtin_memcpy(p + 2 * i, &half, sizeof(half));
    }
  }

  // sum + the products of what the words hold: four times uint8 by int8, ...
  static Int DotInt8(Int sum, Int input, Int weight) {
    for (int byte = 0; byte < 4; ++byte) {
      const Int a = (input >> (8 * byte)) & 0xFF;
      const Int b = (weight << (24 - 8 * byte)) >> 24;
      sum += a * b;
    }
    return sum;
  }
  // ... two times bfloat16, ...
  static Float DotBf16(Float sum, Int input, Int weight) {
    const Int low_a = input << 16;
    const Int low_b = weight << 16;
    const Int high = SetInt(static_cast<std::int32_t>(0xFFFF0000U));
    const Int high_a = input & high;
    const Int high_b = weight & high;
    sum = MulAdd(Copy<Float>(&low_a), Copy<Float>(&low_b), sum);
    return MulAdd(Copy<Float>(&high_a), Copy<Float>(&high_b), sum);
  }
  // ... or one fp32.
  static Float DotFp32(Float sum, Int input, Int weight) {
    return MulAdd(Copy<Float>(&input), Copy<Float>(&weight), sum);
  }

 private:
  static void StoreShifted(std::byte* p, const Float* x, std::int32_t shift) {
    for (std::size_t v = 0; v < 4; ++v) {
      const Int rounded = __builtin_convertvector(Round(x[v]), Int) + shift;
      for (std::size_t i = 0; i < kLanes; ++i) {
        p[v * kLanes + i] = static_cast<std::byte>(rounded[i]);
      }
    }
  }
  template <typename T>
  static T Copy(const void* p) {
    T value;
    __builtin_memcpy(&value, p, sizeof(value));
    return value;
  }
};

}  // namespace emotion::kernels
