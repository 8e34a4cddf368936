#include <grpcpp/support/proto_buffer_reader.h>

#include <algorithm>
#include <utility>

#include "client/load/codec.h"
#include "client/load/rpc_code.h"
#include "client/messages.h"
#include "emotion/v1/emotion.pb.h"

namespace emotion::load {
namespace {

grpc::ByteBuffer ToBytes(const google::protobuf::MessageLite& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return {&slice, 1};
}

template <typename Message>
bool Parse(grpc::ByteBuffer& bytes, Message& message) {
  grpc::ProtoBufferReader reader(&bytes);
  return message.ParseFromZeroCopyStream(&reader);
}

Judgement Read(const v1::Classification& classification) {
  float probability = 0;
  for (const v1::LabelProbability& each : classification.probabilities()) {
    probability = std::max(probability, each.probability());
  }
  return {classification.label(), probability};
}

class EmotionCodec final : public Codec {
 public:
  void Add(v1::Dialogue dialogue) {
    v1::ClassifyRequest request;
    *request.mutable_dialogue() = dialogue;
    singles_.push_back(ToBytes(request));
    dialogues_.push_back(std::move(dialogue));
  }

  const std::string& MethodFor(std::size_t dialogues) const override {
    return dialogues == 1 ? classify_ : classify_batch_;
  }

  grpc::ByteBuffer Encode(
      const std::vector<std::size_t>& dialogues) const override {
    if (dialogues.size() == 1) return singles_[dialogues.front()];
    v1::ClassifyBatchRequest request;
    for (std::size_t index : dialogues) {
      *request.add_dialogues() = dialogues_[index];
    }
    return ToBytes(request);
  }

  LoadReply Decode(grpc::ByteBuffer& reply,
                   std::size_t dialogues) const override {
    LoadReply result;
    if (dialogues == 1) {
      v1::ClassifyResponse response;
      if (!Parse(reply, response) || !response.has_classification()) {
        return {kCodeInternal, {}};
      }
      result.judgements.push_back(Read(response.classification()));
      return result;
    }
    v1::ClassifyBatchResponse response;
    if (!Parse(reply, response) ||
        static_cast<std::size_t>(response.results_size()) != dialogues) {
      return {kCodeInternal, {}};
    }
    for (const v1::ClassifyBatchResult& each : response.results()) {
      result.judgements.push_back(each.has_classification()
                                      ? Read(each.classification())
                                      : Judgement());
    }
    return result;
  }

 private:
  const std::string classify_ = "/emotion.v1.EmotionService/Classify";
  const std::string classify_batch_ =
      "/emotion.v1.EmotionService/ClassifyBatch";
  std::vector<grpc::ByteBuffer> singles_;
  std::vector<v1::Dialogue> dialogues_;
};

}  // namespace

Result<std::unique_ptr<Codec>> MakeEmotionCodec(
    const std::vector<client::InputDialogue>& dialogues) {
  auto codec = std::make_unique<EmotionCodec>();
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
