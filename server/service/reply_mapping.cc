#include "server/service/reply_mapping.h"

#include <google/protobuf/util/time_util.h>

#include <cctype>
#include <string>
#include <utility>
#include <vector>

namespace emotion {
namespace {

using google::protobuf::util::TimeUtil;

// The values of the enum by their names in lower case.
std::vector<std::pair<std::string, v1::Emotion>> NamedEmotions() {
  std::vector<std::pair<std::string, v1::Emotion>> named;
  const auto* const values = v1::Emotion_descriptor();
  for (int i = 0; i < values->value_count(); ++i) {
    std::string name = values->value(i)->name();
    for (char& c : name) {
      c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    named.emplace_back(std::move(name),
                       static_cast<v1::Emotion>(values->value(i)->number()));
  }
  return named;
}

// A few comparisons of short strings; a table by model would have to live and
// go with it.
v1::Emotion ToEmotion(const std::string& label) {
  static const auto named = NamedEmotions();
  for (const auto& [name, emotion] : named) {
    if (name == label) return emotion;
  }
  return v1::EMOTION_UNSPECIFIED;
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

void FillLabels(const ModelInfo& model,
                google::protobuf::RepeatedPtrField<v1::Label>& labels) {
  for (const std::string& name : model.labels) {
    v1::Label& label = *labels.Add();
    label.set_emotion(ToEmotion(name));
    label.set_name(name);
  }
}

}  // namespace

void Fill(const Answer& answer, bool include_timings,
          v1::Classification& reply) {
  const Prediction& prediction = answer.prediction;
  const std::vector<std::string>& labels = answer.model->info.labels;
  reply.set_emotion(ToEmotion(labels[prediction.label]));
  reply.set_label(labels[prediction.label]);
  for (std::size_t i = 0; i < prediction.probabilities.size(); ++i) {
    v1::LabelProbability& entry = *reply.add_probabilities();
    entry.set_emotion(ToEmotion(labels[i]));
    entry.set_label(labels[i]);
    entry.set_probability(prediction.probabilities[i]);
  }
  for (std::uint32_t turn = 0; turn < kMaxTurns; ++turn) {
    if (answer.truncated_turns[turn]) reply.add_truncated_turns(turn);
  }
  reply.set_tokens(static_cast<std::uint32_t>(answer.tokens));
  if (include_timings) Fill(answer.timings, *reply.mutable_timings());
}

void Fill(const ModelInfo& model, v1::ModelVersion& reply) {
  reply.set_name(model.name);
  reply.set_version(model.version);
}

void Fill(const ServingModel& serving, v1::ServingModel& reply) {
  const ModelInfo& model = serving.model->info;
  Fill(model, *reply.mutable_model());
  reply.set_traffic_percent(serving.percent);
  reply.set_shadow_percent(serving.shadow_percent);
  FillLabels(model, *reply.mutable_labels());
  reply.set_manifest_sha256(model.manifest_sha256);
  reply.set_precision(model.precision);
}

v1::GetModelInfoResponse ModelInfoReply(const ModelInfo& main,
                                        std::span<const ServingModel> loaded,
                                        std::size_t max_batch_dialogues) {
  v1::GetModelInfoResponse reply;
  Fill(main, *reply.mutable_model());
  FillLabels(main, *reply.mutable_labels());
  v1::Limits& limits = *reply.mutable_limits();
  limits.set_max_turns(static_cast<std::uint32_t>(main.max_turns));
  limits.set_max_turn_bytes(static_cast<std::uint32_t>(main.max_turn_bytes));
  limits.set_max_tokens(static_cast<std::uint32_t>(main.max_tokens));
  limits.set_max_batch_dialogues(
      static_cast<std::uint32_t>(max_batch_dialogues));
  reply.set_layout(main.layout);
  reply.set_precision(main.precision);
  reply.set_manifest_sha256(main.manifest_sha256);
  reply.set_traffic(main.traffic);
  for (const ServingModel& serving : loaded) {
    Fill(serving, *reply.add_serving());
  }
  return reply;
}

}  // namespace emotion
