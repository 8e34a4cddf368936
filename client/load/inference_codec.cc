#include "client/load/inference_codec.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>

#include "client/load/inference_tensor.h"
#include "client/load/message_bytes.h"
#include "client/load/rpc_code.h"
#include "client/messages.h"
#include "inference/open_inference_grpc.pb.h"

namespace emotion::load {
namespace {

using inference::ModelInferRequest;
using inference::ModelInferResponse;

bool IsScore(float score) { return score >= 0 && score <= 1; }

// The place of the highest score, and its probability.
std::pair<std::size_t, float> Best(std::span<const float> scores) {
  const auto best = std::ranges::max_element(scores);
  const auto place = static_cast<std::size_t>(best - scores.begin());
  if (std::ranges::all_of(scores, IsScore)) return {place, *best};
  float total = 0;
  for (float logit : scores) total += std::exp(logit - *best);
  return {place, 1 / total};
}

class InferenceCodec final : public Codec {
 public:
  explicit InferenceCodec(InferenceCodecOptions options)
      : options_(std::move(options)) {
    for (int priority = 0; priority < kPriorities; ++priority) {
      ModelInferRequest addition;
      if (priority > 0) {
        (*addition.mutable_parameters())["priority"].set_int64_param(priority);
      }
      priorities_[static_cast<std::size_t>(priority)] = ToSlice(addition);
    }
  }

  void Add(const v1::Dialogue& dialogue) {
    std::vector<std::string> elements;
    if (options_.turn_separator) {
      std::string joined;
      for (const std::string& turn : dialogue.turns()) {
        if (turn.empty()) continue;
        if (!joined.empty()) joined += *options_.turn_separator;
        joined += turn;
      }
      elements.push_back(std::move(joined));
    } else {
      elements.assign(dialogue.turns().begin(), dialogue.turns().end());
      elements.insert(elements.begin(),
                      client::kMaxInputTurns - elements.size(), "");
    }
    elements_.push_back(std::move(elements));
    const std::size_t index = elements_.size() - 1;
    singles_.push_back(ToSlice(Request(std::span(&index, 1))));
  }

  const std::string& MethodFor(std::size_t) const override { return method_; }

  grpc::ByteBuffer Encode(const LoadRequest& request) const override {
    const grpc::Slice slices[] = {
        request.dialogues.size() == 1 ? singles_[request.dialogues.front()]
                                      : ToSlice(Request(request.dialogues)),
        priorities_[static_cast<std::size_t>(request.priority)]};
    return {slices, std::size(slices)};
  }

  LoadReply Decode(grpc::ByteBuffer& reply,
                   std::size_t dialogues) const override {
    ModelInferResponse response;
    LoadReply result{kCodeOk, std::vector<Prediction>(dialogues)};
    if (!FromBytes(reply, response)) return {kCodeUnreadable, {}};
    const int labels = Find(response, "BYTES");
    const int scores = Find(response, "FP32");
    if ((labels < 0 && scores < 0) ||
        (scores >= 0 && !AddScores(response, scores, result.predictions)) ||
        (labels >= 0 && !AddLabels(response, labels, result.predictions))) {
      return {kCodeUnreadable, {}};
    }
    return result;
  }

 private:
  ModelInferRequest Request(std::span<const std::size_t> dialogues) const {
    ModelInferRequest request;
    request.set_model_name(options_.model_name);
    request.set_model_version(options_.model_version);
    auto* const input = request.add_inputs();
    input->set_name(options_.input_tensor);
    input->set_datatype("BYTES");
    input->add_shape(static_cast<std::int64_t>(dialogues.size()));
    if (!options_.turn_separator) input->add_shape(client::kMaxInputTurns);
    for (std::size_t index : dialogues) {
      for (const std::string& element : elements_[index]) {
        input->mutable_contents()->add_bytes_contents(element);
      }
    }
    for (const std::string& name : options_.output_tensors) {
      request.add_outputs()->set_name(name);
    }
    return request;
  }

  // The place of the output to read, -1 if there is none.
  int Find(const ModelInferResponse& response, std::string_view kind) const {
    for (int i = 0; i < response.outputs_size(); ++i) {
      const auto& tensor = response.outputs(i);
      const auto& names = options_.output_tensors;
      if (tensor.datatype() == kind &&
          (names.empty() ||
           std::ranges::find(names, tensor.name()) != names.end())) {
        return i;
      }
    }
    return -1;
  }

  bool AddScores(const ModelInferResponse& response, int output,
                 std::vector<Prediction>& predictions) const {
    const std::size_t columns = options_.labels.size();
    const auto scores =
        ReadFloats(response, output, predictions.size() * columns);
    if (!scores) return false;
    for (std::size_t i = 0; i < predictions.size(); ++i) {
      const auto [place, probability] =
          Best(std::span(*scores).subspan(i * columns, columns));
      predictions[i] = {options_.labels[place], probability};
    }
    return true;
  }

  static bool AddLabels(const ModelInferResponse& response, int output,
                        std::vector<Prediction>& predictions) {
    auto labels = ReadBytes(response, output, predictions.size());
    if (!labels) return false;
    for (std::size_t i = 0; i < predictions.size(); ++i) {
      predictions[i].label = std::move((*labels)[i]);
    }
    return true;
  }

  const InferenceCodecOptions options_;
  const std::string method_ = "/inference.GRPCInferenceService/ModelInfer";
  // Of each dialogue.
  std::vector<std::vector<std::string>> elements_;
  std::vector<grpc::Slice> singles_;
  // What is put behind a request of each priority.
  std::array<grpc::Slice, kPriorities> priorities_;
};

Status Empty(const std::string& option, const std::string& expected) {
  return Status(StatusCode::kInvalidArgument, "is empty: expected " + expected)
      .WithField(option);
}

}  // namespace

Result<std::unique_ptr<Codec>> MakeInferenceCodec(
    InferenceCodecOptions options,
    const std::vector<client::InputDialogue>& dialogues) {
  if (options.model_name.empty()) {
    return Empty("model-name", "the name of a model");
  }
  if (options.input_tensor.empty()) {
    return Empty("input-tensor", "the name of a tensor");
  }
  if (std::ranges::find(options.labels, "") != options.labels.end() ||
      options.labels.empty()) {
    return Empty("labels", "a name for each column of the scores");
  }
  auto codec = std::make_unique<InferenceCodec>(std::move(options));
  for (const client::InputDialogue& each : dialogues) {
    v1::Dialogue dialogue;
    if (Status status = client::FillDialogue(each.turns, dialogue);
        !status.ok()) {
      return status;
    }
    codec->Add(dialogue);
  }
  return std::unique_ptr<Codec>(std::move(codec));
}

}  // namespace emotion::load
