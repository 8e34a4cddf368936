#pragma once

#include <cstddef>
#include <string_view>

namespace emotion::kernels {

// The arithmetic of the linears. Everything between them is fp32.
enum class Precision {
  kFp32,
  // Weights and inputs rounded to bfloat16, sums in fp32.
  kBf16,
  // Weights in int8, one scale an output channel; inputs in uint8, one scale a
  // token, chosen at run time; sums exact in int32.
  kInt8,
};

// "fp32", "bf16", "int8".
std::string_view PrecisionName(Precision precision);

// Values of an input that one 32-bit word holds: the unit that the kernels
// multiply at once.
constexpr std::size_t ValuesPerWord(Precision precision) {
  return precision == Precision::kInt8   ? 4
         : precision == Precision::kBf16 ? 2
                                         : 1;
}

// Bytes of one value of an input or a weight.
constexpr std::size_t BytesPerValue(Precision precision) {
  return sizeof(float) / ValuesPerWord(precision);
}

}  // namespace emotion::kernels
