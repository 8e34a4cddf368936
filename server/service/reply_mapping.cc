#include "server/service/reply_mapping.h"

#include <google/protobuf/util/time_util.h>

#include <cctype>
#include <string>
#include <utility>

namespace emotion {
namespace {

using google::protobuf::util::TimeUtil;

v1::Emotion ToEmotion(std::string name) {
  for (char& c : name) {
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  v1::Emotion emotion = v1::EMOTION_UNSPECIFIED;
  v1::Emotion_Parse(name, &emotion);
  return emotion;
}

void Fill(const Timings& timings, v1::Timings& reply) {
  *reply.mutable_tokenize() =
      TimeUtil::NanosecondsToDuration(timings.tokenize.count());
  *reply.mutable_queue() =
      TimeUtil::NanosecondsToDuration(timings.queue.count());
  *reply.mutable_compute() =
      TimeUtil::NanosecondsToDuration(timings.compute.count());
  reply.set_batch_dialogues(
      static_cast<std::uint32_t>(timings.batch_dialogues));
  reply.set_batch_tokens(static_cast<std::uint32_t>(timings.batch_tokens));
}

}  // namespace

ReplyMapping::ReplyMapping(ModelInfo model) : model_(std::move(model)) {
  for (const std::string& label : model_.labels) {
    emotions_.push_back(ToEmotion(label));
  }
}

void ReplyMapping::Fill(const Answer& answer, bool include_timings,
                        v1::Classification& reply) const {
  const Prediction& prediction = answer.prediction;
  reply.set_emotion(emotions_[prediction.label]);
  reply.set_label(model_.labels[prediction.label]);
  for (std::size_t i = 0; i < prediction.probabilities.size(); ++i) {
    v1::LabelProbability& entry = *reply.add_probabilities();
    entry.set_emotion(emotions_[i]);
    entry.set_label(model_.labels[i]);
    entry.set_probability(prediction.probabilities[i]);
  }
  for (std::uint32_t turn = 0; turn < kMaxTurns; ++turn) {
    if (answer.truncated_turns[turn]) reply.add_truncated_turns(turn);
  }
  reply.set_tokens(static_cast<std::uint32_t>(answer.tokens));
  if (include_timings) {
    emotion::Fill(answer.timings, *reply.mutable_timings());
  }
}

void ReplyMapping::Fill(v1::ModelVersion& reply) const {
  reply.set_name(model_.name);
  reply.set_version(model_.version);
}

v1::GetModelInfoResponse ReplyMapping::ModelInfoReply(
    std::size_t max_batch_dialogues) const {
  v1::GetModelInfoResponse reply;
  Fill(*reply.mutable_model());
  for (std::size_t i = 0; i < model_.labels.size(); ++i) {
    v1::Label& label = *reply.add_labels();
    label.set_emotion(emotions_[i]);
    label.set_name(model_.labels[i]);
  }
  v1::Limits& limits = *reply.mutable_limits();
  limits.set_max_turns(static_cast<std::uint32_t>(model_.max_turns));
  limits.set_max_turn_bytes(static_cast<std::uint32_t>(model_.max_turn_bytes));
  limits.set_max_tokens(static_cast<std::uint32_t>(model_.max_tokens));
  limits.set_max_batch_dialogues(
      static_cast<std::uint32_t>(max_batch_dialogues));
  reply.set_layout(model_.layout);
  reply.set_precision(model_.precision);
  reply.set_manifest_sha256(model_.manifest_sha256);
  reply.set_traffic(model_.traffic);
  return reply;
}

}  // namespace emotion
