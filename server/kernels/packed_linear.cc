#include "server/kernels/packed_linear.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace emotion::kernels {
namespace {

constexpr float kInt8Steps = 127.0F;
constexpr std::int32_t kCentre = 128;

AlignedVector<float> Copy(std::span<const float> values) {
  return {values.begin(), values.end()};
}

// Symmetric quantisation with a scale for each output channel (Wu et al., arXiv
// 2004.09602): w is about scale * q with q from -127 to 127. There is no zero
// point, so a sum of products needs one multiplication to become fp32, and -128
// is left unused, so that w and -w round alike. A scale for each output costs
// nothing, since an output is a lane of the kernel.
float Quantize(std::span<const float> weights, std::int8_t* quantized) {
  float largest = 0;
  for (const float weight : weights)
    largest = std::max(largest, std::abs(weight));
  const float scale = largest / kInt8Steps;
  const float steps = largest > 0 ? kInt8Steps / largest : 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    quantized[i] = static_cast<std::int8_t>(std::nearbyint(weights[i] * steps));
  }
  return scale;
}

// The weights of one output, in the precision's own values.
class Row {
 public:
  Row(std::size_t inputs, Precision precision)
      : precision_(precision), bytes_(inputs * BytesPerValue(precision)) {}

  const std::byte* data() const { return bytes_.data(); }

  void SetFloats(std::span<const float> weights) {
    if (precision_ == Precision::kFp32) {
      std::memcpy(bytes_.data(), weights.data(), weights.size_bytes());
      return;
    }
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const std::uint16_t value = ToBf16(weights[i]);
      std::memcpy(bytes_.data() + i * sizeof(value), &value, sizeof(value));
    }
  }

  float SetQuantized(std::span<const float> weights) {
    AlignedVector<std::int8_t> quantized(weights.size());
    const float scale = Quantize(weights, quantized.data());
    SetInt8(quantized);
    return scale;
  }

  void SetInt8(std::span<const std::int8_t> weights) {
    std::memcpy(bytes_.data(), weights.data(), weights.size_bytes());
  }

  std::int32_t Sum() const {
    std::int32_t sum = 0;
    for (const std::byte byte : bytes_) sum += static_cast<std::int8_t>(byte);
    return sum;
  }

 private:
  Precision precision_;
  AlignedVector<std::byte> bytes_;
};

// Spreads the words of one output over its column of its panel. A kernel goes
// down a panel word by word and reads it as one sequence of whole vectors, each
// weight once for a block of rows: the packing of Goto and van de Geijn,
// "Anatomy of high-performance matrix multiplication", 2008. A word is 32 bits:
// four int8, two bfloat16 or one fp32 of consecutive inputs, which is what one
// lane of vpdpbusd, vdpbf16ps or vfmadd231ps takes.
void Place(const Row& row, std::size_t output, std::size_t words,
           PackedLinear& packed) {
  constexpr std::size_t kWord = sizeof(float);
  const std::size_t columns = packed.panel_columns;
  std::byte* column = packed.weights.data() +
                      (output / columns) * columns * words * kWord +
                      (output % columns) * kWord;
  for (std::size_t word = 0; word < words; ++word) {
    std::memcpy(column + word * columns * kWord, row.data() + word * kWord,
                kWord);
  }
}

}  // namespace

LinearView PackedLinear::view() const {
  return {
      inputs,       weights.data(),
      bias.data(),  residual_scale.empty() ? nullptr : residual_scale.data(),
      scale.data(), correction.data()};
}

// Adds just under half of the last bit that stays, and the rest of the half if
// that bit is set: ties go to even. A carry out of the mantissa raises the
// exponent, as rounding up to the next power of two should. Not for NaN.
std::uint16_t ToBf16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t half = 0x7FFFU + ((bits >> 16) & 1U);
  return static_cast<std::uint16_t>((bits + half) >> 16);
}

PackedLinear PackLinear(const LinearWeights& weights, Precision precision,
                        std::size_t panel_columns) {
  PackedLinear packed;
  packed.outputs = weights.outputs;
  packed.inputs = weights.inputs;
  packed.panel_columns = panel_columns;
  packed.bias = Copy(weights.bias);
  packed.residual_scale = Copy(weights.residual_scale);
  packed.weights.resize(weights.outputs * weights.inputs *
                        BytesPerValue(precision));
  const bool int8 = precision == Precision::kInt8;
  if (int8) {
    packed.scale.resize(weights.outputs);
    packed.correction.resize(weights.outputs);
  }
  const std::size_t words = weights.inputs / ValuesPerWord(precision);
  Row row(weights.inputs, precision);
  for (std::size_t output = 0; output < weights.outputs; ++output) {
    const std::size_t begin = output * weights.inputs;
    if (!weights.int8_weight.empty()) {
      row.SetInt8(weights.int8_weight.subspan(begin, weights.inputs));
      packed.scale[output] = weights.scale[output];
    } else if (int8) {
      packed.scale[output] =
          row.SetQuantized(weights.weight.subspan(begin, weights.inputs));
    } else {
      row.SetFloats(weights.weight.subspan(begin, weights.inputs));
    }
    // vpdpbusd multiplies unsigned bytes of the input by signed bytes of the
    // weights, but inputs have signs. So they are stored as x + 128, and
    //   sum (x + 128) w = sum x w + 128 sum w
    // of which the second part is known here: the kernel starts its sums at
    // minus that. Exact: 512 inputs of 255 * 127 are far below 2^31.
    if (int8) packed.correction[output] = -kCentre * row.Sum();
    Place(row, output, words, packed);
  }
  return packed;
}

}  // namespace emotion::kernels
