#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "inference/open_inference_grpc.pb.h"

namespace emotion::load {

// Reads the outputs of a ModelInfer answer, raw or typed. Pure functions;
// `output` is a place in response.outputs(). Nothing if the answer contradicts
// itself: another datatype, raw contents that do not match the outputs, or
// other than `elements` elements by its shape or by its contents.

std::optional<std::vector<std::string>> ReadBytes(
    const inference::ModelInferResponse& response, int output,
    std::size_t elements);

std::optional<std::vector<float>> ReadFloats(
    const inference::ModelInferResponse& response, int output,
    std::size_t elements);

}  // namespace emotion::load
