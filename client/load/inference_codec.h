#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/cli/input_dialogue.h"
#include "client/load/codec.h"
#include "common/result.h"

namespace emotion::load {

// How a model behind the Open Inference Protocol takes dialogues and gives
// predictions.
struct InferenceCodecOptions {
  // Required.
  std::string model_name{};
  // Empty: the server chooses.
  std::string model_version{};
  // The one input: BYTES of shape [n, 3], a dialogue's turns in a row, oldest
  // first, with empty ones in front if it has fewer.
  std::string input_tensor = "TEXT";
  // If set, the input is BYTES of shape [n] instead: the turns that are not
  // empty, with this between them.
  std::optional<std::string> turn_separator{};
  // The outputs to ask for and to read, at most one of each kind; none: all
  // that the model has, and the first of each kind is read. Kinds are BYTES
  // with a label for each dialogue, and FP32 with a score for each dialogue and
  // label: probabilities, or logits if any lies outside 0 to 1.
  std::vector<std::string> output_tensors{};
  // What the columns of the scores mean, in order.
  std::vector<std::string> labels = {"others", "happy", "sad", "angry"};
};

// inference.GRPCInferenceService, ModelInfer, for one dialogue and for more.
// The label is that of the BYTES output, or else the one with the highest
// score; without scores its probability is 0. Tensors of an answer may come raw
// or typed. The request's priority goes as the integer parameter "priority",
// of which Triton takes 1 for the highest.
//
// All dialogues are encoded here once. INVALID_ARGUMENT names the option at
// fault, or the turn that is not UTF-8.
Result<std::unique_ptr<Codec>> MakeInferenceCodec(
    InferenceCodecOptions options,
    const std::vector<client::InputDialogue>& dialogues);

}  // namespace emotion::load
