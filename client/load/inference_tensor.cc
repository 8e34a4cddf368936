#include "client/load/inference_tensor.h"

#include <bit>
#include <cstdint>
#include <string_view>

namespace emotion::load {
namespace {

using inference::ModelInferResponse;

std::uint32_t LittleEndian32(std::string_view bytes) {
  std::uint32_t value = 0;
  for (int i = 3; i >= 0; --i) {
    value = value << 8U |
            static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
  }
  return value;
}

bool HasElements(const ModelInferResponse::InferOutputTensor& tensor,
                 std::size_t elements) {
  std::uint64_t product = 1;
  for (std::int64_t size : tensor.shape()) {
    if (size < 0 || static_cast<std::uint64_t>(size) > elements) return false;
    product *= static_cast<std::uint64_t>(size);
    if (product > elements) return false;
  }
  return product == elements;
}

bool Fits(const ModelInferResponse& response, int output,
          std::string_view datatype, std::size_t elements) {
  const auto& tensor = response.outputs(output);
  const int raw = response.raw_output_contents_size();
  return tensor.datatype() == datatype && HasElements(tensor, elements) &&
         (raw == 0 || raw == response.outputs_size());
}

}  // namespace

std::optional<std::vector<std::string>> ReadBytes(
    const ModelInferResponse& response, int output, std::size_t elements) {
  if (!Fits(response, output, "BYTES", elements)) return std::nullopt;
  std::vector<std::string> read;
  if (response.raw_output_contents_size() == 0) {
    const auto& typed = response.outputs(output).contents().bytes_contents();
    read.assign(typed.begin(), typed.end());
  } else {
    std::string_view raw = response.raw_output_contents(output);
    while (raw.size() >= 4) {
      const std::size_t size = LittleEndian32(raw);
      raw.remove_prefix(4);
      if (size > raw.size()) return std::nullopt;
      read.emplace_back(raw.substr(0, size));
      raw.remove_prefix(size);
    }
    if (!raw.empty()) return std::nullopt;
  }
  if (read.size() != elements) return std::nullopt;
  return read;
}

std::optional<std::vector<float>> ReadFloats(const ModelInferResponse& response,
                                             int output, std::size_t elements) {
  if (!Fits(response, output, "FP32", elements)) return std::nullopt;
  std::vector<float> read;
  if (response.raw_output_contents_size() == 0) {
    const auto& typed = response.outputs(output).contents().fp32_contents();
    read.assign(typed.begin(), typed.end());
  } else {
    std::string_view raw = response.raw_output_contents(output);
    for (; raw.size() >= 4; raw.remove_prefix(4)) {
      read.push_back(std::bit_cast<float>(LittleEndian32(raw)));
    }
    if (!raw.empty()) return std::nullopt;
  }
  if (read.size() != elements) return std::nullopt;
  return read;
}

}  // namespace emotion::load
