#include "tests/support/fake_emotion_answers.h"

#include <array>
#include <string_view>

#include "google/rpc/error_details.pb.h"

namespace emotion {
namespace {

constexpr std::array<std::string_view, 4> kLabels = {"others", "happy", "sad",
                                                     "angry"};

}  // namespace

google::rpc::Status ToRpcStatus(const FakeReply& reply) {
  google::rpc::Status status;
  status.set_code(static_cast<int>(reply.code));
  status.set_message(reply.message);
  if (reply.violations.empty()) return status;
  google::rpc::BadRequest details;
  for (const auto& [field, description] : reply.violations) {
    auto* violation = details.add_field_violations();
    violation->set_field(field);
    violation->set_description(description);
  }
  status.add_details()->PackFrom(details);
  return status;
}

grpc::Status ToStatus(const FakeReply& reply) {
  if (reply.code == RpcCode::kOk) return grpc::Status::OK;
  return {
      static_cast<grpc::StatusCode>(reply.code), reply.message,
      reply.violations.empty() ? "" : ToRpcStatus(reply).SerializeAsString()};
}

FakeReply EmptyTurn() {
  return {.code = RpcCode::kInvalidArgument,
          .message = "the request is invalid",
          .violations = {{"dialogue.turns[0]", "is empty"}}};
}

std::string LastTurn(const v1::Dialogue& dialogue) {
  return dialogue.turns().empty() ? "" : *dialogue.turns().rbegin();
}

v1::Classification ClassifyByWord(const v1::Dialogue& dialogue, bool timings) {
  const std::string last = LastTurn(dialogue);
  std::size_t label = 0;
  for (std::size_t i = kLabels.size() - 1; i > 0; --i) {
    if (last.find(kLabels[i]) != std::string::npos) label = i;
  }
  v1::Classification result;
  result.set_emotion(static_cast<v1::Emotion>(label + 1));
  result.set_label(std::string(kLabels[label]));
  for (std::size_t i = 0; i < kLabels.size(); ++i) {
    auto* each = result.add_probabilities();
    each->set_emotion(static_cast<v1::Emotion>(i + 1));
    each->set_label(std::string(kLabels[i]));
    each->set_probability(i == label ? 0.97F : 0.01F);
  }
  for (int i = 0; i < dialogue.turns_size(); ++i) {
    if (dialogue.turns(i).find("<cut>") != std::string::npos) {
      result.add_truncated_turns(static_cast<std::uint32_t>(i));
    }
  }
  result.set_tokens(20);
  if (timings) {
    result.mutable_timings()->mutable_tokenize()->set_nanos(1'000'000);
    result.mutable_timings()->mutable_queue()->set_nanos(2'000'000);
    result.mutable_timings()->mutable_compute()->set_nanos(3'000'000);
    result.mutable_timings()->set_batch_dialogues(4);
    result.mutable_timings()->set_batch_tokens(80);
  }
  return result;
}

void SetFakeModel(v1::ModelVersion& model, const std::string& version) {
  model.set_name("fake");
  model.set_version(version.empty() ? "7" : version);
}

void DescribeFakeModel(const std::vector<std::string>& versions,
                       v1::GetModelInfoResponse& info) {
  SetFakeModel(*info.mutable_model());
  for (std::size_t i = 0; i < kLabels.size(); ++i) {
    auto* label = info.add_labels();
    label->set_emotion(static_cast<v1::Emotion>(i + 1));
    label->set_name(std::string(kLabels[i]));
  }
  for (std::size_t i = 0; i < versions.size(); ++i) {
    v1::ServingModel& serving = *info.add_serving();
    SetFakeModel(*serving.mutable_model(), versions[i]);
    serving.set_traffic_percent(i == 0 ? 90 : i == 1 ? 10 : 0);
    serving.set_shadow_percent(i == 2 ? 5 : 0);
    *serving.mutable_labels() = info.labels();
    serving.set_precision("fp32");
    serving.set_manifest_sha256("c0ffee" + versions[i]);
  }
  info.mutable_limits()->set_max_turns(3);
  info.mutable_limits()->set_max_turn_bytes(4096);
  info.mutable_limits()->set_max_tokens(128);
  info.mutable_limits()->set_max_batch_dialogues(256);
  info.set_layout("packed");
  info.set_precision("fp32");
  info.set_manifest_sha256("c0ffee");
  info.set_traffic("everyday");
}

}  // namespace emotion
