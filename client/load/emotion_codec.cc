#include "client/load/emotion_codec.h"

#include <algorithm>
#include <array>
#include <utility>

#include "client/load/message_bytes.h"
#include "client/load/rpc_code.h"
#include "client/messages.h"
#include "common/utf8.h"
#include "emotion/v1/emotion.pb.h"

namespace emotion::load {
namespace {

Prediction Read(const v1::Classification& classification) {
  float probability = 0;
  for (const v1::LabelProbability& each : classification.probabilities()) {
    probability = std::max(probability, each.probability());
  }
  return {classification.label(), probability};
}

class EmotionCodec final : public Codec {
 public:
  explicit EmotionCodec(const std::string& model_version) {
    // The numbers of the fields are the same in both messages.
    for (int priority = 0; priority < kPriorities; ++priority) {
      v1::ClassifyRequest addition;
      addition.set_priority(static_cast<v1::Priority>(priority));
      addition.set_model_version(model_version);
      additions_[static_cast<std::size_t>(priority)] = ToSlice(addition);
    }
  }

  void Add(v1::Dialogue dialogue) {
    v1::ClassifyRequest request;
    *request.mutable_dialogue() = dialogue;
    singles_.push_back(ToSlice(request));
    dialogues_.push_back(std::move(dialogue));
  }

  const std::string& MethodFor(std::size_t dialogues) const override {
    return dialogues == 1 ? classify_ : classify_batch_;
  }

  grpc::ByteBuffer Encode(const LoadRequest& request) const override {
    const grpc::Slice slices[] = {
        request.dialogues.size() == 1 ? singles_[request.dialogues.front()]
                                      : Batch(request.dialogues),
        additions_[static_cast<std::size_t>(request.priority)]};
    return {slices, std::size(slices)};
  }

  LoadReply Decode(grpc::ByteBuffer& reply,
                   std::size_t dialogues) const override {
    LoadReply result;
    if (dialogues == 1) {
      v1::ClassifyResponse response;
      if (!FromBytes(reply, response) || !response.has_classification()) {
        return {kCodeUnreadable, {}};
      }
      result.predictions.push_back(Read(response.classification()));
      return result;
    }
    v1::ClassifyBatchResponse response;
    if (!FromBytes(reply, response) ||
        static_cast<std::size_t>(response.results_size()) != dialogues) {
      return {kCodeUnreadable, {}};
    }
    for (const v1::ClassifyBatchResult& each : response.results()) {
      result.predictions.push_back(each.has_classification()
                                       ? Read(each.classification())
                                       : Prediction());
    }
    return result;
  }

 private:
  grpc::Slice Batch(const std::vector<std::size_t>& dialogues) const {
    v1::ClassifyBatchRequest request;
    for (std::size_t index : dialogues) {
      *request.add_dialogues() = dialogues_[index];
    }
    return ToSlice(request);
  }

  const std::string classify_ = "/emotion.v1.EmotionService/Classify";
  const std::string classify_batch_ =
      "/emotion.v1.EmotionService/ClassifyBatch";
  std::vector<grpc::Slice> singles_;
  std::vector<v1::Dialogue> dialogues_;
  // What is put behind a request of each priority: that and the version.
  std::array<grpc::Slice, kPriorities> additions_;
};

}  // namespace

Result<std::unique_ptr<Codec>> MakeEmotionCodec(
    const std::vector<client::InputDialogue>& dialogues,
    const std::string& model_version) {
  if (FindInvalidUtf8(model_version)) {
    return Status(StatusCode::kInvalidArgument,
                  "is not UTF-8: expected the name of a version")
        .WithField("model-version");
  }
  auto codec = std::make_unique<EmotionCodec>(model_version);
  for (const client::InputDialogue& each : dialogues) {
    v1::Dialogue message;
    if (Status status = client::FillDialogue(each.turns, message);
        !status.ok()) {
      return status;
    }
    codec->Add(std::move(message));
  }
  return std::unique_ptr<Codec>(std::move(codec));
}

}  // namespace emotion::load
